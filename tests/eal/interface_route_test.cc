// SPDX-License-Identifier: BSD-3-Clause
// Goal: however a host comes to send most of its traffic through an interface, it is seen.
#include "dpdk/interface_route.h"

#include <fstream>
#include <gtest/gtest.h>
#include <net/if.h>

#include "veth.h"

namespace stentor::dpdk {
namespace {

// An interface that is not served, and has both families.
class InterfaceRoute : public testing::Test {
 protected:
  InterfaceRoute() {
    std::ofstream("/proc/sys/net/ipv6/conf/rt0/disable_ipv6") << "0\n";
    run("ip addr add 2001:db8::1/64 dev rt0 nodad");
    run("ip addr add 10.98.0.1/24 dev rt1");
  }

  // With the routes of `commands` ("ip" left out), and without them again.
  static bool has_default(const std::vector<std::string>& commands, const char* name = "rt0") {
    for (const std::string& command : commands) run("ip " + command);
    const auto routes = read_interface_routes(if_nametoindex(name));
    EXPECT_TRUE(routes.has_value()) << (routes ? "" : routes.error().sentence);
    for (std::string command : commands) {
      run("ip " + command.replace(command.find(" add "), 5, " del "));
    }
    return routes && routes->has_default;
  }

  Veth veth_{"rt0"};
  Veth other_{"rt1"};
};

TEST_F(InterfaceRoute, IsTheDefaultOneWithHalfOfTheAddressesOrMore) {
  EXPECT_FALSE(has_default({}));
  EXPECT_TRUE(has_default({"route add default via 10.99.0.9 dev rt0"}));
  EXPECT_TRUE(has_default({"route add default dev rt0"}));
  EXPECT_TRUE(has_default({"route add 0.0.0.0/1 via 10.99.0.9 dev rt0"}));
  EXPECT_TRUE(has_default({"route add 128.0.0.0/1 via 10.99.0.9 dev rt0"}));
  EXPECT_FALSE(has_default({"route add 64.0.0.0/2 via 10.99.0.9 dev rt0"}));
  EXPECT_FALSE(has_default({"route add 10.0.0.0/8 via 10.99.0.9 dev rt0"}));
}

TEST_F(InterfaceRoute, IsSeenOfIpv6Too) {
  EXPECT_TRUE(has_default({"-6 route add default via 2001:db8::9 dev rt0"}));
  EXPECT_TRUE(has_default({"-6 route add ::/1 via 2001:db8::9 dev rt0"}));
  EXPECT_TRUE(has_default({"-6 route add 2000::/3 dev rt0"}));
  EXPECT_TRUE(has_default({"-6 route add 3000::/4 dev rt0"}));
  EXPECT_FALSE(has_default({"-6 route add 2001:db8:1::/48 via 2001:db8::9 dev rt0"}));
  EXPECT_FALSE(has_default({"-6 route add fc00::/7 via 2001:db8::9 dev rt0"}));
}

TEST_F(InterfaceRoute, IsSeenInEveryTable) {
  EXPECT_TRUE(has_default({"route add default via 10.99.0.9 dev rt0 table 77"}));
  EXPECT_TRUE(has_default({"route add 0.0.0.0/1 via 10.99.0.9 dev rt0 table 4242"}));
  EXPECT_TRUE(has_default({"-6 route add default via 2001:db8::9 dev rt0 table 77"}));
}

TEST_F(InterfaceRoute, IsSeenAmongManyNextHops) {
  EXPECT_TRUE(has_default(
      {"route add default nexthop via 10.98.0.9 dev rt1 nexthop via 10.99.0.9 dev rt0"}));
  run("ip nexthop add id 5 via 10.99.0.9 dev rt0");
  EXPECT_TRUE(has_default({"route add default nhid 5"}));
  run("ip nexthop del id 5");
}

TEST_F(InterfaceRoute, IsNotAnotherInterfacesAndNotNobodys) {
  EXPECT_FALSE(has_default({"route add default via 10.98.0.9 dev rt1"}));
  EXPECT_FALSE(has_default({"route add unreachable default", "-6 route add blackhole default"}));
  EXPECT_FALSE(has_default({"route add local default dev rt0 table 78"}))
      << "what a transparent proxy takes for itself";
}

std::string gateway_with(const std::vector<std::string>& routes) {
  for (const std::string& route : routes) run("ip route add " + route);
  const auto found = read_interface_routes(if_nametoindex("rt0"));
  for (const std::string& route : routes) run("ip route del " + route);
  if (!found || !found->gateway) return "none";
  return std::string(found->gateway->text().view());
}

TEST_F(InterfaceRoute, LeadsToTheGatewayThatTheKernelPrefers) {
  EXPECT_EQ(gateway_with({"default via 10.99.0.9 dev rt0"}), "10.99.0.9");
  EXPECT_EQ(gateway_with({"default via 10.99.0.7 dev rt0 metric 200",
                          "default via 10.99.0.8 dev rt0 metric 100"}),
            "10.99.0.8");
  EXPECT_EQ(gateway_with({"default nexthop via 10.98.0.9 dev rt1 nexthop via 10.99.0.9 dev rt0"}),
            "10.99.0.9");
  EXPECT_EQ(gateway_with({"default dev rt0"}), "none");
  EXPECT_EQ(gateway_with({"0.0.0.0/1 via 10.99.0.9 dev rt0"}), "none") << "half is not all";
  EXPECT_EQ(gateway_with({"default via 10.99.0.9 dev rt0 table 77"}), "none");
  EXPECT_EQ(gateway_with({"default via 10.98.0.9 dev rt1"}), "none");
}

// The answer fills more than one message, and more than one buffer.
TEST_F(InterfaceRoute, IsFoundBehindThousandsOfOthers) {
  run("seq 0 4999 |"
      " awk '{print \"route add 10.\" (100 + int($1 / 256)) \".\" ($1 % 256) \".0/24 dev rt1\"}' |"
      " ip -batch -");
  run("ip route add 128.0.0.0/1 dev rt0 table 9999");
  EXPECT_TRUE(has_default({}));
  EXPECT_FALSE(has_default({}, "lo"));
}

}  // namespace
}  // namespace stentor::dpdk
