// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a device offers is known before DPDK runs, and one that is not there is named.
#include "dpdk/device_facts.h"

#include <gtest/gtest.h>

#include "running_eal.h"

namespace stentor::dpdk {
namespace {

TEST(Inspect, CountsTheQueuesThatTheArgumentsGive) {
  EXPECT_EQ(inspect(device("vdev:net_vhost0,iface=/x"), {})->queues, 1u);
  EXPECT_EQ(inspect(device("vdev:net_vhost0,iface=/x,queues=4"), {})->queues, 4u);
  EXPECT_EQ(inspect(device("vdev:net_vhost0,iface=/x,queues=4"), 2)->queues, 2u);
  EXPECT_EQ(inspect(device("vdev:net_vhost0,iface=/x"), 3)->queues, 3u);
}

TEST(Inspect, RefusesMoreQueuesThanThereAre) {
  const auto facts = inspect(device("vdev:net_vhost0,iface=/x,queues=4"), 5);
  ASSERT_FALSE(facts.has_value());
  EXPECT_NE(facts.error().sentence.find("1 to 4 queues, not 5"), std::string::npos);
  EXPECT_FALSE(inspect(device("vdev:net_null0"), 0).has_value());
}

TEST(Inspect, RefusesAVirtualDeviceOfNoFamily) {
  const auto facts = inspect(device("vdev:crypto_null0"), {});
  ASSERT_FALSE(facts.has_value());
  EXPECT_NE(facts.error().sentence.find("it links net_"), std::string::npos);
}

config::DeviceSpec bond_of(const std::string& first, const std::string& second) {
  config::DeviceSpec bond;
  bond.kind = config::DeviceKind::bond;
  bond.members = {device(first), device(second)};
  return bond;
}

TEST(Inspect, WantsAsManyQueuesOfAllThatAreBonded) {
  const char* one = "vdev:net_af_packet0,iface=e0";
  const char* four = "vdev:net_af_packet1,iface=e1,qpairs=4";
  EXPECT_EQ(inspect(bond_of(one, "vdev:net_af_packet1,iface=e1"), 2)->queues, 2u);
  EXPECT_EQ(inspect(bond_of("vdev:net_af_packet0,iface=e0,qpairs=4", four), {})->queues, 4u);
  for (const auto& bond : {bond_of(one, four), bond_of(four, one)}) {
    const auto facts = inspect(bond, {});
    ASSERT_FALSE(facts.has_value());
    EXPECT_NE(facts.error().sentence.find("give each as many"), std::string::npos);
  }
}

TEST(Inspect, RefusesToBondWhatHasAnAddressForGood) {
  const auto facts = inspect(bond_of("vdev:net_tap0", "vdev:net_memif0"), {});
  ASSERT_FALSE(facts.has_value());
  EXPECT_EQ(facts.error().sentence,
            "`vdev:net_memif0` cannot be a bond's: its driver sets no MAC address.");
}

TEST(Inspect, SaysThatAPciDeviceIsMissing) {
  const auto facts = inspect(device("fffe:1f:1e.7"), {});
  ASSERT_FALSE(facts.has_value());
  EXPECT_NE(facts.error().sentence.find("lspci"), std::string::npos);
}

}  // namespace
}  // namespace stentor::dpdk
