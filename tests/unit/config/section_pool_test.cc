// SPDX-License-Identifier: BSD-3-Clause
// Goal: pools as ranges and as mappings, and what is excluded of them.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_pools_subnet(const std::string& keys) {
  return "images: {root: /i}\n"
         "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.1/8}]}]\n"
         "dhcp: {classes: [{name: a, match: {arch: bios}}, {name: b}], subnets: [{subnet: "
         "10.0.0.0/8, "
         "reservations: [{mac: \"52:54:00:00:00:01\", classes: [b]}], " +
         keys + "}]}\n";
}

std::vector<Pool> pools_of(const std::string& keys) {
  const Settings settings = settings_of(with_pools_subnet(keys));
  return settings.dhcp.subnets.empty() ? std::vector<Pool>() : settings.dhcp.subnets[0].pools;
}

TEST(SectionPool, ReadsRangesAndMappings) {
  const auto pools = pools_of(
      "pools: [10.0.0.9, {range: 10.0.0.20-10.0.0.30, classes: [b], options: {6: 10.0.0.53}}]");
  ASSERT_EQ(pools.size(), 2u);
  EXPECT_EQ(text_of(pools[0].range), "10.0.0.9");
  EXPECT_FALSE(pools[0].classes);
  EXPECT_EQ(text_of(pools[1].range), "10.0.0.20-10.0.0.30");
  EXPECT_EQ(pools[1].classes, ClassMask{2});
  EXPECT_EQ(pools[1].options.at(0).code, 6);
}

TEST(SectionPool, KeepsShortExclusionsAndCutsAtLongOnes) {
  const auto pools = pools_of(
      "pools: [{range: 10.0.0.9-10.0.9.9, exclude: [10.0.0.10, 10.0.1.0-10.0.1.255], options: {6: "
      "10.0.0.53}}], exclude: [10.0.3.0-10.0.3.254, 10.200.0.1]");
  ASSERT_EQ(pools.size(), 2u);
  EXPECT_EQ(text_of(pools[0].range), "10.0.0.9-10.0.0.255");
  ASSERT_EQ(pools[0].exclude.size(), 1u);
  EXPECT_EQ(text_of(pools[0].exclude[0]), "10.0.0.10");
  EXPECT_EQ(text_of(pools[1].range), "10.0.2.0-10.0.9.9");
  ASSERT_EQ(pools[1].exclude.size(), 1u);
  EXPECT_EQ(text_of(pools[1].exclude[0]), "10.0.3.0-10.0.3.254");
  EXPECT_EQ(pools[1].options.size(), 1u);
}

TEST(SectionPool, ExcludesWhatIsThere) {
  EXPECT_EQ(
      finding(with_pools_subnet("pools: [{range: 10.0.0.9-10.0.0.19, exclude: [10.0.0.20]}]")),
      "dhcp.subnets[0].pools[0].exclude[0]: '10.0.0.20': it is not in the pool "
      "10.0.0.9-10.0.0.19");
  EXPECT_EQ(finding(with_pools_subnet("pools: [10.0.0.9], exclude: [11.0.0.1]")),
            "dhcp.subnets[0].exclude[0]: '11.0.0.1': it is not in the subnet 10.0.0.0/8");
  EXPECT_EQ(
      finding(with_pools_subnet("pools: [10.0.0.9-10.0.0.19], exclude: [10.0.0.0-10.0.0.255]")),
      "dhcp.subnets[0].pools[0]: '10.0.0.9-10.0.0.19': all of the pool is excluded; remove "
      "it, or exclude less");
}

// An appliance in the middle of a pool is what exclusions are for.
TEST(SectionPool, MayExcludeWhatIsTaken) {
  EXPECT_NE(finding(with_pools_subnet("pools: [10.0.0.0-10.0.0.9]")), "");
  EXPECT_TRUE(
      findings(with_pools_subnet("pools: [10.0.0.0-10.0.0.9], exclude: [10.0.0.0-10.0.0.1]"))
          .empty());
}

TEST(SectionPool, SaysWhatIsMissingOrUnknown) {
  EXPECT_NE(
      finding(with_pools_subnet("pools: [{classes: [a]}]")).find("the key 'range' is missing"),
      std::string::npos);
  EXPECT_NE(finding(with_pools_subnet("pools: [{range: 10.0.0.9, classes: [c]}]"))
                .find("dhcp.classes has no class of this name"),
            std::string::npos);
}

TEST(SectionPool, BoundsPoolsBesideThoseForClasses) {
  std::string pools;
  for (int i = 0; i < 256; ++i) {
    const std::string net = "10." + std::to_string(i);
    pools += "{range: " + net + ".0.9-" + net + ".9.9, exclude: [" + net + ".1.1, " + net +
             ".1.3, " + net + ".1.5, " + net + ".1.7]}, ";
  }
  EXPECT_TRUE(findings(with_pools_subnet("pools: [" + pools + "]")).empty());
  pools.replace(1, 0, "classes: [a], ");
  EXPECT_NE(finding(with_pools_subnet("pools: [" + pools + "]")).find("of more than 1024 pools"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::config
