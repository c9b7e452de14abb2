// SPDX-License-Identifier: BSD-3-Clause
// Goal: a worker whose port has nearly no buffers left, in the middle of a transfer, counts the
// blocks that found none and goes on once there are some: every byte of the file is right, and
// every buffer comes home.
#include <array>
#include <gtest/gtest.h>
#include <unistd.h>

#include "running_eal.h"
#include "support/frame_builder.h"
#include "support/service.h"
#include "support/tftp_builder.h"
#include "worker/worker.h"

namespace stentor::dpdk {
namespace {

using namespace std::chrono_literals;
using support::ByteVector;

constexpr std::size_t kFileBytes = 200'001;
constexpr std::uint16_t kClientPort = 2070;
constexpr std::size_t kLeft = 4;  // buffers

// A worker on one end of a memif, and a client of TFTP on the other. One thread.
class StarvedPool : public testing::Test {
 protected:
  StarvedPool()
      : service_(support::kUnpacedConfig, {{"file", support::patterned(kFileBytes)}}, 1),
        server_(open_port("vdev:net_memif11,role=server" + rest())),
        client_(open_port("vdev:net_memif12,role=client" + rest())) {}
  ~StarvedPool() override { ::unlink(path_.c_str()); }

  void SetUp() override {
    ASSERT_TRUE(server_ && client_);
    ASSERT_TRUE(wait_for_link(*server_, *client_)) << take_log();
    rte_mbuf* none = nullptr;  // a memif client posts buffers when it polls
    ASSERT_EQ(client_->queue(0).receive({&none, 1}), 0u);
    attachments_[0].queue = &server_->queue(0);
    worker_.emplace(0, attachments_,
                    worker::Shared<Queue>{service_.snapshots(), mesh_, probes_, solicitations_,
                                          support::Service::kKey},
                    16, 1000, base::MonotonicClock::now());
    server_mac_ = std::string(server_->queue(0).traits().mac.text().view());
  }

  void say(const ByteVector& message) {
    const ByteVector frame =
        support::udp_frame({.destination = server_mac_}, {}, {kClientPort, server_port_}, message);
    ASSERT_TRUE(send(client_->queue(0), client_->queue(0).make(frame)));
  }
  // Takes what has come, and acknowledges the last block that is next.
  void step() {
    worker_->poll(base::MonotonicClock::now());
    std::optional<std::uint16_t> last;
    for (rte_mbuf* frame = nullptr; client_->queue(0).receive({&frame, 1}) == 1;) {
      const base::Bytes bytes = client_->queue(0).bytes(frame);
      if (bytes[12] == 0x08 && bytes[13] == 0) last = hear(support::tftp_reply(bytes));
      client_->queue(0).release(frame);
    }
    if (last) say(support::tftp_ack(*last));
  }
  std::uint16_t hear(const support::TftpReply& reply) {
    server_port_ = reply.source_port;
    if (reply.opcode == 3 && reply.number == next_) {
      support::append(received_, reply.data);
      is_whole_ = reply.data.size() < 512;
      ++next_;
    }
    return static_cast<std::uint16_t>(next_ - 1);
  }
  // False: it is not true after ten seconds.
  template <typename Condition>
  bool step_until(Condition condition) {
    const base::Time end = base::MonotonicClock::now() + 10s;
    while (!condition() && base::MonotonicClock::now() < end) step();
    return condition();
  }

  [[nodiscard]] static std::string rest() { return ",socket=" + path_ + ",socket-abstract=no"; }

  static inline const std::string path_ =
      testing::TempDir() + "stentor_eal_" + std::to_string(::getpid()) + "_starved";
  support::Service service_;
  std::unique_ptr<Port> server_;
  std::unique_ptr<Port> client_;
  worker::HandOverMesh<Queue::Frame> mesh_{1};
  worker::ProbeBoard probes_{1, 1, support::Service::kKey};
  worker::SolicitationBoard solicitations_{1, support::Service::kKey[0]};
  std::array<worker::Attachment<Queue>, 1> attachments_{{{0, nullptr, true}}};
  std::optional<worker::Worker<Queue>> worker_;
  std::string server_mac_;
  std::uint16_t server_port_ = 69;
  std::uint16_t next_ = 1;
  ByteVector received_;
  bool is_whole_ = false;
};

TEST_F(StarvedPool, IsCountedAndRecovered) {
  Queue& queue = server_->queue(0);
  worker_->poll(base::MonotonicClock::now());
  const unsigned before = server_->frames_in_use();
  say(support::tftp_request("file", {{"windowsize", "16"}}));
  ASSERT_TRUE(step_until([&] { return received_.size() > 20'000; }));

  std::vector<rte_mbuf*> held;
  const ByteVector any = experimental_frame(60, 1);
  for (rte_mbuf* frame = queue.make(any); frame != nullptr; frame = queue.make(any)) {
    held.push_back(frame);
  }
  ASSERT_GT(held.size(), kLeft);
  for (std::size_t i = 0; i < kLeft; ++i) {
    queue.release(held.back());
    held.pop_back();
  }
  const auto& missed = worker_->counters().buffers_missed;
  EXPECT_EQ(missed.value(), 0u);
  EXPECT_TRUE(step_until([&] { return missed.value() >= 3; }));

  for (rte_mbuf* frame : held) queue.release(frame);
  ASSERT_TRUE(step_until([&] { return is_whole_ && !worker_->has_live_transfers(); }));
  EXPECT_EQ(received_, support::patterned(kFileBytes));
  EXPECT_EQ(worker_->counters().transfers_completed.value(), 1u);
  worker_->release_frames();
  EXPECT_EQ(server_->frames_in_use(), before);
}

}  // namespace
}  // namespace stentor::dpdk
