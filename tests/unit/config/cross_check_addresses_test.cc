// SPDX-License-Identifier: BSD-3-Clause
// Goal: no address is given out that is taken, or given out twice.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_subnet(const std::string& keys) {
  return "images: {root: /i}\n"
         "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.1/24, gateway: "
         "10.0.0.2}]}]\n"
         "dhcp: {subnets: [{subnet: 10.0.0.0/24, " +
         keys + "}]}\n";
}

std::string with_pool(const std::string& pool) { return with_subnet("pools: [" + pool + "]"); }

std::string reserving(const std::string& reservations) {
  return with_subnet("reservations: [" + reservations + "]");
}

TEST(CrossCheckAddresses, KeepsPoolsInsideTheirSubnet) {
  EXPECT_EQ(finding(with_pool("10.0.0.200-10.0.1.5")),
            "dhcp.subnets[0].pools[0]: '10.0.0.200-10.0.1.5': the pool leaves its subnet "
            "10.0.0.0/24, which is 10.0.0.0-10.0.0.255");
}

TEST(CrossCheckAddresses, KeepsTakenAddressesOutOfPoolsAndSaysHow) {
  const std::string pool = "dhcp.subnets[0].pools[0]: ";
  EXPECT_EQ(finding(with_pool("10.0.0.1-10.0.0.1")),
            pool +
                "'10.0.0.1-10.0.0.1': the pool contains our own address (line 2), 10.0.0.1; "
                "remove the pool");
  EXPECT_EQ(finding(with_pool("10.0.0.2-10.0.0.9")),
            pool +
                "'10.0.0.2-10.0.0.9': the pool contains the gateway (line 2), 10.0.0.2; write "
                "10.0.0.3-10.0.0.9");
  EXPECT_EQ(finding(with_pool("10.0.0.9-10.0.0.255")),
            pool +
                "'10.0.0.9-10.0.0.255': the pool contains the subnet's broadcast address, "
                "10.0.0.255; write 10.0.0.9-10.0.0.254");
  EXPECT_EQ(finding(with_subnet("options: {routers: 10.0.0.5}, pools: [10.0.0.4-10.0.0.9]")),
            pool +
                "'10.0.0.4-10.0.0.9': the pool contains a router (option routers), 10.0.0.5; "
                "write 10.0.0.4 and 10.0.0.6-10.0.0.9");
}

TEST(CrossCheckAddresses, KeepsRoutersOfEveryScopeOutOfPools) {
  const auto refusal = [](const std::string& scopes, const std::string& keys) {
    return finding(
        "images: {root: /i}\n"
        "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.1/24}]}]\n"
        "dhcp: {" +
        scopes + "subnets: [{subnet: 10.0.0.0/24, pools: [10.0.0.9-10.0.0.19]" + keys + "}]}\n");
  };
  const std::string told =
      "dhcp.subnets[0].pools[0]: '10.0.0.9-10.0.0.19': the pool contains a router (option "
      "routers), 10.0.0.9; write 10.0.0.10-10.0.0.19";
  EXPECT_EQ(refusal("options: {routers: 10.0.0.9}, ", ""), told);
  EXPECT_EQ(
      refusal("classes: [{name: a, match: {arch: bios}, options: {routers: 10.0.0.9}}], ", ""),
      told);
  EXPECT_EQ(refusal("", ", reservations: [{mac: \"52:54:00:00:00:01\", options: {3: 10.0.0.9}}]"),
            told);
}

// A relay agent has its address in the subnet that it serves, as often as not.
TEST(CrossCheckAddresses, KeepsRelayAgentsOutOfPoolsAndReservations) {
  const auto relayed = [](const std::string& subnet) {
    return "images: {root: /i}\n"
           "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.1/24}]}]\n"
           "dhcp:\n"
           "  relays: [{address: 10.1.0.1}]\n"
           "  subnets: [{subnet: 10.1.0.0/24, " +
           subnet + "}]\n";
  };
  EXPECT_EQ(finding(relayed("pools: [10.1.0.1-10.1.0.99]")),
            "dhcp.subnets[0].pools[0]: '10.1.0.1-10.1.0.99': the pool contains a relay agent "
            "(line 4), 10.1.0.1; write 10.1.0.2-10.1.0.99");
  EXPECT_EQ(finding(relayed("reservations: [{mac: \"52:54:00:00:00:01\", address: 10.1.0.1}]")),
            "dhcp.subnets[0].reservations[0].address: '10.1.0.1': this is a relay agent (line 4); "
            "choose another");
  EXPECT_TRUE(findings(relayed("pools: [10.1.0.2-10.1.0.99]")).empty());
}

TEST(CrossCheckAddresses, KeepsPoolsDisjoint) {
  EXPECT_EQ(finding(with_pool("10.0.0.20-10.0.0.30, 10.0.0.10-10.0.0.20")),
            "dhcp.subnets[0].pools[1]: '10.0.0.10-10.0.0.20': overlaps the pool "
            "10.0.0.20-10.0.0.30 in line 3; join them");
  EXPECT_TRUE(findings(with_pool("10.0.0.20-10.0.0.30, 10.0.0.10-10.0.0.19")).empty());
}

TEST(CrossCheckAddresses, BoundsAllPoolsTogether) {
  const std::string yaml =
      "images: {root: /i}\n"
      "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.1/7}]}]\n"
      "dhcp: {subnets: [{subnet: 10.0.0.0/7, pools: [10.0.0.2-11.0.0.";
  EXPECT_TRUE(findings(yaml + "1]}]}\n").empty());
  EXPECT_NE(finding(yaml + "2]}]}\n").find("more than 16777216 addresses in pools"),
            std::string::npos);
}

TEST(CrossCheckAddresses, KeepsReservationsInsideAndFree) {
  const auto refusal = [](const std::string& address) {
    return finding(reserving("{mac: \"52:54:00:00:00:01\", address: " + address + "}"));
  };
  const std::string place = "dhcp.subnets[0].reservations[0].address: ";
  EXPECT_EQ(refusal("10.0.1.5"),
            place +
                "'10.0.1.5': it is not in the subnet 10.0.0.0/24; move the reservation to the "
                "subnet that has it");
  EXPECT_EQ(refusal("10.0.0.1"),
            place + "'10.0.0.1': this is our own address (line 2); choose another");
  EXPECT_EQ(refusal("10.0.0.2"),
            place + "'10.0.0.2': this is the gateway (line 2); choose another");
  EXPECT_EQ(refusal("10.0.0.255"),
            place + "'10.0.0.255': this is the subnet's broadcast address; choose another");
}

TEST(CrossCheckAddresses, AllowsAReservationInsideAPool) {
  EXPECT_TRUE(findings(with_subnet("pools: [10.0.0.9-10.0.0.20], reservations: [{mac: "
                                   "\"52:54:00:00:00:01\", address: 10.0.0.10}]"))
                  .empty());
}

TEST(CrossCheckAddresses, WantsMachinesAndAddressesOnce) {
  EXPECT_EQ(finding(reserving("{mac: \"52:54:00:00:00:01\", address: 10.0.0.9}, {mac: "
                              "52-54-00-00-00-01, address: 10.0.0.10}")),
            "dhcp.subnets[0].reservations[1].mac: '52-54-00-00-00-01': the reservation in line 3 "
            "has this MAC address; join them");
  EXPECT_EQ(finding(reserving("{mac: \"52:54:00:00:00:01\", address: 10.0.0.9}, {mac: "
                              "\"52:54:00:00:00:02\", address: 10.0.0.9}")),
            "dhcp.subnets[0].reservations[1].address: '10.0.0.9': the reservation in line 3 has "
            "this address; choose another");
}

}  // namespace
}  // namespace stentor::config
