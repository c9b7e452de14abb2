// SPDX-License-Identifier: BSD-3-Clause
// Goal: a worker sends every block of the usual sizes without a look at it: the image lies in pages
// that nobody may read.
#include <gtest/gtest.h>
#include <string>
#include <sys/mman.h>

#include "support/sink_worker.h"
#include "support/tftp_builder.h"

namespace stentor::worker {
namespace {

using support::ByteVector;

constexpr std::size_t kImageBytes = std::size_t{1} << 20;  // whole pages: the sums lie behind them

// Page memory that remembers where its first block is: it begins with the one image.
class WatchedMemory final : public image::Memory {
 public:
  explicit WatchedMemory(base::MutableBytes& first) : first_(first) {}
  base::MutableBytes allocate(std::size_t bytes) override {
    const base::MutableBytes block = pages_->allocate(bytes);
    if (first_.empty()) first_ = block;
    return block;
  }
  void release(base::MutableBytes block) override { pages_->release(block); }
  [[nodiscard]] const char* kind() const override { return pages_->kind(); }

 private:
  std::unique_ptr<image::Memory> pages_ = image::make_page_memory();
  base::MutableBytes& first_;
};

class UntouchedPayload : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_GE(block.size(), kImageBytes);
    ASSERT_EQ(::mprotect(block.data(), kImageBytes, PROT_NONE), 0);
  }

  void arrive(const ByteVector& message, std::uint16_t to) {
    const ByteVector frame = support::udp_frame({}, {}, {2070, to}, message);
    queue.arrive(frame);
    now += std::chrono::microseconds{50};
    while (worker->poll(now)) {
    }
  }
  // Of the newest frame: Ethernet, IPv4 and UDP are 42 bytes, then come opcode and number.
  [[nodiscard]] std::uint16_t newest(std::size_t offset) const {
    return static_cast<std::uint16_t>(queue.newest()[offset] << 8 | queue.newest()[offset + 1]);
  }

  // To the end, all windows acknowledged.
  void fetch(std::uint16_t blksize) {
    const std::uint64_t completed = worker->counters().transfers_completed.value();
    arrive(
        support::tftp_request("file", {{"blksize", std::to_string(blksize)}, {"windowsize", "64"}}),
        69);
    const std::uint16_t port = newest(34);
    arrive(support::tftp_ack(0), port);
    for (std::size_t windows = 0; windows <= kImageBytes / blksize; ++windows) {
      if (worker->counters().transfers_completed.value() != completed) return;
      arrive(support::tftp_ack(newest(44)), port);
    }
    FAIL() << "no end of " << blksize;
  }

  base::MutableBytes block;  // of the image, once the service is made
  support::Service service{support::kUnpacedConfig,
                           {{"file", support::patterned(kImageBytes)}},
                           1,
                           std::make_unique<WatchedMemory>(block)};
  base::Time now{std::chrono::hours{1}};
  support::SinkWorker worker{service, 64, now};
  support::SinkQueue& queue = worker.queue();
};

TEST_F(UntouchedPayload, IsSentInBlocksOfEachUsualSize) {
  std::uint64_t blocks = 0;
  for (const std::uint16_t blksize : image::kUsualBlockSizes) {
    fetch(blksize);
    blocks += kImageBytes / blksize + 1;
  }
  EXPECT_EQ(worker->counters().blocks_sent.value(), blocks);
  EXPECT_EQ(worker->counters().blocks_summed.value(), 0u);
}

// A sum that nobody kept has to be taken from the bytes: so the pages are what they are said to be.
using UntouchedPayloadDeathTest = UntouchedPayload;
TEST_F(UntouchedPayloadDeathTest, IsReadForABlockOfAnotherSize) { EXPECT_DEATH(fetch(1'000), ""); }

}  // namespace
}  // namespace stentor::worker
