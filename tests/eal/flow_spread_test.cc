// SPDX-License-Identifier: BSD-3-Clause
// Goal: how a device spreads flows is what it says, reckoned as DPDK reckons it; a device that does
// not say is not guessed at.
#include "dpdk/flow_spread.h"

#include <gtest/gtest.h>
#include <rte_ethdev.h>
#include <rte_thash.h>

#include "dpdk/port.h"
#include "running_eal.h"

namespace stentor::dpdk {
namespace {

class FlowSpreadTest : public testing::Test {
 protected:
  // net_null keeps what it is told.
  void start(std::uint16_t queues) {
    port_ = open_port("vdev:net_null9", queues);
    ASSERT_TRUE(port_);
    ASSERT_EQ(rte_eth_dev_get_port_by_name("net_null9", &device_), 0);
  }

  void tell_key() {
    for (std::size_t i = 0; i < key_.size(); ++i) key_[i] = static_cast<std::uint8_t>(37 * i + 11);
    rte_eth_rss_conf conf{};
    conf.rss_key = key_.data();
    conf.rss_key_len = static_cast<std::uint8_t>(key_.size());
    conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP;
    ASSERT_EQ(rte_eth_dev_rss_hash_update(device_, &conf), 0);
  }

  void tell_table(std::uint16_t queues) {
    std::array<rte_eth_rss_reta_entry64, 2> table{};
    for (std::size_t i = 0; i < 128; ++i) {
      table[i / 64].mask = ~std::uint64_t{0};
      table[i / 64].reta[i % 64] = queue_at(i, queues);
    }
    ASSERT_EQ(rte_eth_dev_rss_reta_update(device_, table.data(), 128), 0);
  }
  static std::uint16_t queue_at(std::size_t i, std::uint16_t queues) {
    return static_cast<std::uint16_t>(i / 3 % queues);
  }

  std::unique_ptr<Port> port_;
  std::uint16_t device_ = 0;
  std::array<std::uint8_t, 40> key_{};
};

TEST_F(FlowSpreadTest, IsWhatDpdkReckonsOfTheDevicesKeyAndTable) {
  start(4);
  tell_key();
  tell_table(4);
  const auto spread = read_flow_spread(device_);
  ASSERT_TRUE(spread);
  const auto source = *wire::Ipv4Address::parse("10.20.30.40");
  const auto destination = *wire::Ipv4Address::parse("192.168.7.1");
  for (std::uint32_t port = 1; port < 65536; port += 997) {
    const auto server_port = static_cast<std::uint16_t>(port);
    std::array<std::uint32_t, 3> tuple = {source.host(), destination.host(), 2070u << 16 | port};
    const std::uint32_t hash = rte_softrss(tuple.data(), tuple.size(), key_.data());
    const std::uint32_t rest = spread->hash_of(source, destination, 2070);
    EXPECT_EQ(spread->hash_of(rest, server_port), hash);
    EXPECT_EQ(spread->queue_of(rest, server_port), queue_at(hash % 128, 4));
  }
}

TEST_F(FlowSpreadTest, IsUnknownWhereTheTableNamesOneQueue) {
  start(4);
  tell_key();
  EXPECT_FALSE(read_flow_spread(device_));
}

// A driver that fills in nothing.
TEST_F(FlowSpreadTest, IsUnknownWhereTheKeyIsAllZeros) {
  start(4);
  tell_key();
  tell_table(4);
  ASSERT_TRUE(read_flow_spread(device_));
  rte_eth_rss_conf conf{};
  key_ = {};
  conf.rss_key = key_.data();
  conf.rss_key_len = static_cast<std::uint8_t>(key_.size());
  conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP;
  ASSERT_EQ(rte_eth_dev_rss_hash_update(device_, &conf), 0);
  EXPECT_FALSE(read_flow_spread(device_));
}

TEST_F(FlowSpreadTest, IsUnknownWhereTheDeviceHasNoSuchCalls) {
  const auto port = open_port("vdev:net_ring9", 2);
  ASSERT_TRUE(port);
  std::uint16_t device = 0;
  ASSERT_EQ(rte_eth_dev_get_port_by_name("net_ring9", &device), 0);
  EXPECT_FALSE(read_flow_spread(device));
}

}  // namespace
}  // namespace stentor::dpdk
