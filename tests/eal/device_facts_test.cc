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

TEST(Inspect, SaysThatAPciDeviceIsMissing) {
  const auto facts = inspect(device("fffe:1f:1e.7"), {});
  ASSERT_FALSE(facts.has_value());
  EXPECT_NE(facts.error().sentence.find("lspci"), std::string::npos);
}

}  // namespace
}  // namespace stentor::dpdk
