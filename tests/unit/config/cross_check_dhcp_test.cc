// SPDX-License-Identifier: BSD-3-Clause
// Goal: subnets, networks and relays fit together, and none is there for nothing.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string server_with(const std::string& dhcp) {
  return "images: {root: /i}\n"
         "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.1/24}]}]\n"
         "dhcp: {" +
         dhcp + "}\n";
}

constexpr const char* kOnLink = "{subnet: 10.0.0.0/24, pools: [10.0.0.9]}";
constexpr const char* kRelayed = "{subnet: 10.9.0.0/24, pools: [10.9.0.9]}";

std::string subnets(const std::string& first, const std::string& second = "") {
  return "subnets: [" + first + (second.empty() ? "" : ", " + second) + "]";
}

TEST(CrossCheckDhcp, WantsASubnetWhereItServes) {
  EXPECT_EQ(finding(server_with("")),
            "ports[0].networks[0].address: '10.0.0.1/24': DHCP mode is server here, but "
            "dhcp.subnets has no subnet 10.0.0.0/24, so nobody would get an address; add the "
            "subnet with a pool, or set this network's dhcp to proxy or none");
  EXPECT_TRUE(findings(server_with(subnets(kOnLink))).empty());
  EXPECT_TRUE(findings(server_with("mode: proxy")).empty());
  EXPECT_TRUE(findings(server_with("mode: none")).empty());
}

// An appliance that only relay agents reach has no client on its own link.
TEST(CrossCheckDhcp, NeedsNoSubnetOnALinkToRelays) {
  EXPECT_TRUE(findings(server_with(subnets(kRelayed))).empty());
}

TEST(CrossCheckDhcp, RefusesSubnetsThatOverlap) {
  EXPECT_EQ(finding(server_with(subnets("{subnet: 10.8.0.0/15, pools: [10.8.0.9]}", kRelayed))),
            "dhcp.subnets[1].subnet: '10.9.0.0/24': overlaps the subnet 10.8.0.0/15 in line 3; "
            "subnets are disjoint");
  EXPECT_EQ(finding(server_with(subnets(kRelayed, "{subnet: 10.9.0.0/24, pools: [10.9.0.8]}"))),
            "dhcp.subnets[1].subnet: '10.9.0.0/24': the same subnet as 10.9.0.0/24 in line 3; "
            "join them");
}

TEST(CrossCheckDhcp, WantsASubnetToBeTheNetworkThatItIsOn) {
  EXPECT_EQ(finding(server_with(subnets("{subnet: 10.0.0.0/25, pools: [10.0.0.9]}"))),
            "dhcp.subnets[0].subnet: '10.0.0.0/25': it is not the network 10.0.0.0/24 in line 2, "
            "but overlaps it; give both the same length");
}

TEST(CrossCheckDhcp, WantsASubnetToGiveAddresses) {
  EXPECT_EQ(finding(server_with(subnets("{subnet: 10.0.0.0/24}"))),
            "dhcp.subnets[0]: it gives nobody an address; add pools or reservations");
}

// A subnet that is named so that its relay agent counts, and gives no address on purpose.
TEST(CrossCheckDhcp, WantsNoAddressesWhereRelayedClientsGetNone) {
  for (const char* mode : {"proxy", "none"}) {
    EXPECT_TRUE(findings(server_with(subnets(
                             kOnLink, "{subnet: 10.9.0.0/24, dhcp: " + std::string(mode) + "}")))
                    .empty())
        << mode;
  }
  EXPECT_EQ(finding(server_with(subnets(kOnLink, "{subnet: 10.9.0.0/24, dhcp: server}"))),
            "dhcp.subnets[1]: it gives nobody an address; add pools or reservations");
}

TEST(CrossCheckDhcp, WantsARelayWhereAModeIsForItsClients) {
  const std::string subnet = "{subnet: 10.0.0.0/24, pools: [10.0.0.9], dhcp: proxy}";
  EXPECT_TRUE(findings(server_with(subnets(subnet))).empty()) << "any relay agent in it";
  EXPECT_EQ(finding(server_with("relays: none, " + subnets(subnet))),
            "dhcp.subnets[0].dhcp: 'proxy': it is for clients behind a relay agent, and no relay "
            "in dhcp.relays serves this subnet; a port's network has a key dhcp of its own");
}

TEST(CrossCheckDhcp, WantsClientsToReachASubnet) {
  EXPECT_EQ(finding(server_with("relays: none, " + subnets(kOnLink, kRelayed))),
            "dhcp.subnets[1].subnet: '10.9.0.0/24': no client reaches it: no port has this "
            "network, and no relay in dhcp.relays serves it; add it to a relay's subnets or "
            "link-selection, or to a "
            "port");
  EXPECT_TRUE(findings(server_with("relays: [{address: 10.9.0.1}], " + subnets(kOnLink, kRelayed)))
                  .empty());
}

TEST(CrossCheckDhcp, ResolvesTheSubnetsOfRelays) {
  EXPECT_EQ(finding(server_with("relays: [{address: 10.7.0.1, subnets: [10.7.0.0/24]}], " +
                                subnets(kOnLink))),
            "dhcp.relays[0].subnets[0]: '10.7.0.0/24': dhcp.subnets has no such subnet; add it "
            "there, or remove it here");
  EXPECT_EQ(finding(server_with("relays: [{address: 10.7.0.1}], " + subnets(kOnLink))),
            "dhcp.relays[0].address: '10.7.0.1': no subnet of dhcp.subnets holds this address; "
            "name the relay's subnets: {address: ..., subnets: [...]}");
}

TEST(CrossCheckDhcp, WantsRelaysOnceAndNotOurselves) {
  EXPECT_EQ(finding(server_with("relays: [{address: 10.0.0.7}, {address: 10.0.0.7}], " +
                                subnets(kOnLink))),
            "dhcp.relays[1].address: '10.0.0.7': the relay in line 3 has this address; keep one "
            "of them");
  EXPECT_EQ(finding(server_with("relays: [{address: 10.0.0.1}], " + subnets(kOnLink))),
            "dhcp.relays[0].address: '10.0.0.1': this is our own address, from line 2; name the "
            "relay agent's");
}

}  // namespace
}  // namespace stentor::config
