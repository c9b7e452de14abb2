// SPDX-License-Identifier: BSD-3-Clause
// Goal: an interface passes on the frames of IPv6's router discovery while they are wanted, and not
// longer; a device that filters nothing is content.
#include "dpdk/router_groups.h"

#include <gtest/gtest.h>

#include "dpdk/device.h"
#include "veth.h"

namespace stentor::dpdk {
namespace {

// ip-maddress(8): the Ethernet groups that the kernel has the interface receive. Its own IPv6 may
// want that of all nodes; that of all routers it wants where it forwards.
bool receives(const std::string& group) {
  return output_of("ip maddress show dev groups0").find("link  " + group) != std::string::npos;
}

TEST(RouterGroups, AreReceivedWhileTheObjectLives) {
  const Veth veth("groups0");
  EXPECT_FALSE(receives("33:33:00:00:00:02"));
  {
    const auto joined = RouterGroups::join("groups0");
    ASSERT_TRUE(joined.has_value()) << joined.error().sentence;
    EXPECT_TRUE(receives("33:33:00:00:00:01"));
    EXPECT_TRUE(receives("33:33:00:00:00:02"));
  }
  EXPECT_FALSE(receives("33:33:00:00:00:02"));
}

TEST(RouterGroups, OfAnInterfaceThatIsNotThereAreRefused) {
  const auto joined = RouterGroups::join("nosuch0");
  ASSERT_FALSE(joined.has_value());
  EXPECT_NE(joined.error().sentence.find("nosuch0"), std::string::npos);
}

TEST(RouterGroups, ADeviceWithoutAFilterHearsThemAnyway) {
  const auto device = Device::make_virtual("net_null_groups", "");
  ASSERT_TRUE(device.has_value()) << device.error().sentence;
  EXPECT_TRUE(join_router_groups((*device)->id()).has_value());
}

}  // namespace
}  // namespace stentor::dpdk
