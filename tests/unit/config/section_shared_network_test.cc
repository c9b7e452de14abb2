// SPDX-License-Identifier: BSD-3-Clause
// Goal: dhcp.shared-networks, and what the subnets of one have in common.
#include <gtest/gtest.h>

#include "config/advice.h"
#include "sample.h"

namespace stentor::config {
namespace {

std::string with_shared(const std::string& shared, const std::string& dhcp = "",
                        const std::string& second = "pools: [10.9.0.9]") {
  return "images: {root: /i}\n"
         "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.1/24}]}]\n"
         "dhcp:\n  shared-networks: [" +
         shared + "]\n" + dhcp +
         "  subnets:\n    - {subnet: 10.0.0.0/24, pools: [10.0.0.9]}\n    - {subnet: "
         "10.9.0.0/24, " +
         second + "}\n";
}

const std::string kBoth = "{name: w, subnets: [10.9.0.0/24, 10.0.0.0/24]}";

TEST(SectionSharedNetwork, ReadsNetworks) {
  const Settings settings = settings_of(
      with_shared("{name: w, subnets: [10.9.0.0/24, 10.0.0.0/24], options: {6: 10.0.0.53}}"));
  ASSERT_EQ(settings.dhcp.shared_networks.size(), 1u);
  EXPECT_EQ(settings.dhcp.shared_networks[0].name, "w");
  EXPECT_EQ(settings.dhcp.shared_networks[0].options.at(0).code, 6);
  EXPECT_EQ(settings.dhcp.subnets.at(0).shared_network, 0);
  EXPECT_EQ(settings.dhcp.subnets.at(1).shared_network, 0);
}

TEST(SectionSharedNetwork, RefusesWhatDoesNotFit) {
  EXPECT_NE(finding(with_shared("{name: w, subnets: [10.0.0.0/24]}"))
                .find("one subnet shares its network with none"),
            std::string::npos);
  EXPECT_EQ(finding(with_shared("{name: w, subnets: [10.9.0.0/24, 10.0.0.0/24, 10.8.0.0/24]}")),
            "dhcp.shared-networks[0].subnets[2]: '10.8.0.0/24': dhcp.subnets has no such subnet; "
            "add it there, or remove it here");
  EXPECT_EQ(finding(with_shared("{name: w, subnets: [10.9.0.0/24, 10.0.0.0/24, 10.9.0.0/24]}")),
            "dhcp.shared-networks[0].subnets[2]: '10.9.0.0/24': line 4 puts it into a shared "
            "network already; remove one");
}

TEST(SectionSharedNetwork, WantsNamesOnce) {
  const std::vector<std::string> all = findings(with_shared(kBoth + ", " + kBoth));
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0],
            "dhcp.shared-networks[1].name: 'w': the shared network in line 4 has this name; choose "
            "another");
}

TEST(SectionSharedNetwork, WantsOneModeForRelayedClients) {
  EXPECT_EQ(finding(with_shared(kBoth, "", "pools: [10.9.0.9], dhcp: proxy")),
            "dhcp.subnets[1].dhcp: 'proxy': the subnet 10.0.0.0/24 of the same shared network has "
            "another dhcp; give both the same");
}

// A second subnet has neither an address of ours nor a relay agent, and may have no pool yet.
TEST(SectionSharedNetwork, ReachesASubnetThroughAnother) {
  const std::string relays = "  relays: none\n";
  EXPECT_NE(finding(with_shared("", relays)).find("no client reaches it"), std::string::npos);
  EXPECT_TRUE(findings(with_shared(kBoth, relays)).empty());
  EXPECT_NE(finding(with_shared("", "", "pools: []")).find("it gives nobody an address"),
            std::string::npos);
  EXPECT_TRUE(findings(with_shared(kBoth, "", "pools: []")).empty());
  EXPECT_TRUE(advice(settings_of(with_shared(kBoth, relays))).empty());
}

TEST(SectionSharedNetwork, LetsARelayNameSeveralSubnetsOfOne) {
  const std::string relays =
      "  relays: [{address: 10.7.0.1, subnets: [10.9.0.0/24, 10.0.0.0/24]}]\n";
  EXPECT_TRUE(findings(with_shared(kBoth, relays)).empty());
  EXPECT_EQ(
      finding(with_shared("", relays))
          .find("dhcp.relays[0].subnets[1]: '10.0.0.0/24': a relay agent's clients are in one "
                "subnet or one shared network, and this is another"),
      0u);
}

}  // namespace
}  // namespace stentor::config
