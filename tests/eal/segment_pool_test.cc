// SPDX-License-Identifier: BSD-3-Clause
// Goal: a segment refers to image bytes where the CPU and a device with DMA find them, comes home
// when its frame is freed by whoever sent it, and counts as out until then.
#include "dpdk/segment_pool.h"

#include <gtest/gtest.h>
#include <vector>

#include "dpdk/packet_pool.h"
#include "dpdk/queue_io.h"
#include "running_eal.h"

namespace stentor::dpdk {
namespace {

constexpr unsigned kSegments = 64;

class SegmentPoolTest : public testing::Test {
 protected:
  void SetUp() override {
    auto pool =
        PacketPool::make("segment headers", {.tx_descriptors = 64, .frame_bytes = 1526}, -1);
    ASSERT_TRUE(pool.has_value()) << pool.error().sentence;
    pool_.emplace(std::move(*pool));
    auto segments = SegmentPool::make("segments", kSegments, 1, -1);
    ASSERT_TRUE(segments.has_value()) << segments.error().sentence;
    segments_.emplace(std::move(*segments));
    queue_.emplace(QueueSetup{.pool = pool_->get(), .segments = segments_->get(), .traits = {}});
  }

  std::optional<PacketPool> pool_;
  std::optional<SegmentPool> segments_;
  std::optional<Queue> queue_;
  const std::vector<std::uint8_t> header_ = std::vector<std::uint8_t>(46, 1);
  const std::vector<std::uint8_t> image_ = std::vector<std::uint8_t>(5000, 2);
};

TEST_F(SegmentPoolTest, RefersToTheBlockAndIsOutUntilTheFrameIsFreed) {
  for (const std::size_t at : {0u, 1u, 1468u, 3000u}) {
    const base::Bytes block = base::Bytes(image_).subspan(at, 1001);
    rte_mbuf* frame = queue_->make_data(worker::PlainData{header_, block});
    ASSERT_NE(frame, nullptr);
    ASSERT_EQ(frame->nb_segs, 2u);
    EXPECT_EQ(frame->pkt_len, 46u + 1001u);
    const rte_mbuf* segment = frame->next;
    EXPECT_EQ(rte_pktmbuf_mtod(segment, const std::uint8_t*), block.data());
    EXPECT_EQ(rte_mbuf_data_iova(segment), reinterpret_cast<rte_iova_t>(block.data()));
    EXPECT_EQ(segment->data_len, 1001u);
    const char* reason = nullptr;
    EXPECT_EQ(rte_mbuf_check(frame, 1, &reason), 0) << reason;
    queue_->return_stock();
    EXPECT_EQ(segments_->in_use(), 1u);
    EXPECT_EQ(pool_->in_use(), 1u);
    queue_->release(frame);
    EXPECT_EQ(segments_->in_use(), 0u);
    EXPECT_EQ(pool_->in_use(), 0u);
  }
}

TEST_F(SegmentPoolTest, GivesEverySegmentAgainAndAgain) {
  // Goal: freeing leaves nothing of the last block, and no count, behind.
  const unsigned capacity = segments_->get()->populated_size;
  for (int round = 0; round < 3; ++round) {
    std::vector<rte_mbuf*> held;
    while (rte_mbuf* segment = rte_pktmbuf_alloc(segments_->get())) {
      refer_to(*segment, base::Bytes(image_).first(7));
      EXPECT_EQ(segment->next, nullptr);
      EXPECT_EQ(rte_mbuf_refcnt_read(segment), 1u);
      EXPECT_EQ(rte_mbuf_ext_refcnt_read(segment->shinfo), 1u);
      held.push_back(segment);
    }
    ASSERT_EQ(held.size(), capacity);
    for (rte_mbuf* segment : held) rte_pktmbuf_free(segment);
    ASSERT_EQ(segments_->in_use(), 0u);
  }
}

TEST_F(SegmentPoolTest, WithoutAFreeSegmentThereIsNoFrameAndNoneIsLost) {
  std::vector<rte_mbuf*> held;
  while (rte_mbuf* segment = rte_pktmbuf_alloc(segments_->get())) held.push_back(segment);
  EXPECT_EQ(queue_->make_data(worker::PlainData{header_, image_}), nullptr);
  EXPECT_EQ(pool_->in_use(), 0u);
  for (rte_mbuf* segment : held) rte_pktmbuf_free(segment);
}

}  // namespace
}  // namespace stentor::dpdk
