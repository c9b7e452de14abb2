// SPDX-License-Identifier: BSD-3-Clause
// Goal: a frame whose checksum the device is to complete says so as devices expect it, behind any
// number of VLAN tags, and is no other frame than one that leaves complete.
#include "dpdk/queue_io.h"

#include <gtest/gtest.h>
#include <rte_net.h>

#include "dpdk/packet_pool.h"
#include "running_eal.h"
#include "wire/data_header.h"

namespace stentor::dpdk {
namespace {

constexpr wire::UdpFlow kFlow{.source = wire::Ipv4Address{0x0a630001},
                              .destination = wire::Ipv4Address{0x0a630009},
                              .source_port = 50000,
                              .destination_port = 2070};

class QueueChecksum : public testing::TestWithParam<wire::Link> {
 protected:
  void SetUp() override {
    auto pool = PacketPool::make("checksums", {.tx_descriptors = 64, .frame_bytes = 1526}, -1);
    ASSERT_TRUE(pool.has_value()) << pool.error().sentence;
    pool_.emplace(std::move(*pool));
    auto segments = SegmentPool::make("checksum blocks", 64, 1, -1);
    ASSERT_TRUE(segments.has_value()) << segments.error().sentence;
    segments_.emplace(std::move(*segments));
    queue_.emplace(QueueSetup{.pool = pool_->get(),
                              .segments = segments_->get(),
                              .traits = {.mac = {}, .udp_checksum_offload = true}});
  }

  std::optional<PacketPool> pool_;
  std::optional<SegmentPool> segments_;
  std::optional<Queue> queue_;
};

TEST_P(QueueChecksum, IsAskedForAsTheDriversThemselvesWouldPrepareIt) {
  const wire::DataHeader data(GetParam(), kFlow);
  const std::vector<std::uint8_t> payload(1001, 0x5a);
  std::array<std::uint8_t, wire::kDataHeaderBytesMax> header{};
  const std::size_t length =
      data.write(header, {.number = 7, .payload_bytes = 1001}, wire::DataChecksum::device);
  rte_mbuf* frame =
      queue_->make_data(worker::PlainData{base::Bytes(header).first(length), payload});
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->l2_len, GetParam().bytes());
  EXPECT_EQ(frame->l3_len, wire::kIpv4HeaderBytes);
  EXPECT_EQ(frame->ol_flags & (RTE_MBUF_F_TX_OFFLOAD_MASK),
            RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM);
  EXPECT_EQ(rte_validate_tx_offload(frame), 0);
  // This is what i40e, ice, ixgbe and others run in rte_eth_tx_prepare(): the field gets the
  // pseudo-header's sum. Ours has it already.
  ASSERT_EQ(rte_net_intel_cksum_prepare(frame), 0);
  EXPECT_EQ(std::memcmp(rte_pktmbuf_mtod(frame, const std::uint8_t*), header.data(), length), 0);
  queue_->release(frame);
}

TEST_P(QueueChecksum, IsNotAskedForOfAFrameThatIsComplete) {
  const wire::DataHeader data(GetParam(), kFlow);
  std::array<std::uint8_t, wire::kDataHeaderBytesMax> header{};
  const std::size_t length = data.write(header, {.number = 7}, wire::DataChecksum::from_sum);
  rte_mbuf* frame = queue_->make(base::Bytes(header).first(length));
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK, 0u);
  queue_->release(frame);
}

wire::Link link_with(std::initializer_list<std::uint16_t> vlans) {
  wire::Link link{.destination = {{2, 0, 0, 0, 0, 9}}, .source = {{2, 0, 0, 0, 0, 1}}};
  for (const std::uint16_t vlan : vlans)
    link.tags[link.tag_count++] = {.tpid = 0x8100, .tci = vlan};
  return link;
}

INSTANTIATE_TEST_SUITE_P(Tags, QueueChecksum,
                         testing::Values(link_with({}), link_with({120}), link_with({120, 7})));

}  // namespace
}  // namespace stentor::dpdk
