// SPDX-License-Identifier: BSD-3-Clause
// Goal: a device with DMA finds every frame of a pool where the EAL said that buses address memory.
#include "dpdk/packet_pool.h"

#include <gtest/gtest.h>
#include <rte_mbuf.h>
#include <vector>

#include "running_eal.h"

namespace stentor::dpdk {
namespace {

rte_iova_t own_address(const rte_mbuf* frame) {
  return reinterpret_cast<rte_iova_t>(frame->buf_addr);
}

TEST(PacketPool, GivesEveryFrameItsVirtualAddressAsBusAddress) {
  auto pool = PacketPool::make("addresses", {.rx_descriptors = 3000, .frame_bytes = 1526}, -1);
  ASSERT_TRUE(pool.has_value()) << pool.error().sentence;
  std::vector<rte_mbuf*> frames;
  while (rte_mbuf* frame = rte_pktmbuf_alloc(pool->get())) {
    ASSERT_EQ(rte_mbuf_iova_get(frame), own_address(frame)) << "frame " << frames.size();
    frames.push_back(frame);
  }
  EXPECT_GE(frames.size(), 3000u);
  for (rte_mbuf* frame : frames) rte_pktmbuf_free(frame);
}

}  // namespace
}  // namespace stentor::dpdk
