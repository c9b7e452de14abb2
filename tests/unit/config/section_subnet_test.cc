// SPDX-License-Identifier: BSD-3-Clause
// Goal: dhcp.subnets: pools, reservations and what they inherit.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_subnet_keys(const std::string& keys, const std::string& dhcp = "") {
  return minimal_with("dhcp: {" + dhcp + "subnets: [{subnet: 10.0.0.0/24, " + keys + "}]}\n");
}

std::string with_reservation(const std::string& keys) {
  return with_subnet_keys("reservations: [{" + keys + "}]");
}

TEST(SectionSubnet, ReadsAndSortsPools) {
  const Settings settings = settings_of(with_subnet_keys("pools: [10.0.0.50-10.0.0.60, 10.0.0.9]"));
  const Subnet& subnet = settings.dhcp.subnets.at(0);
  EXPECT_EQ(subnet.prefix.length, 24);
  ASSERT_EQ(subnet.pools.size(), 2u);
  EXPECT_EQ(subnet.pools[0].range.first, wire::Ipv4Address{0x0a000009});
  EXPECT_EQ(subnet.pools[0].range.last, wire::Ipv4Address{0x0a000009});
  EXPECT_EQ(subnet.pools[1].range.last, wire::Ipv4Address{0x0a00003c});
}

TEST(SectionSubnet, ReadsReservations) {
  const Settings settings = settings_of(with_subnet_keys(
      "reservations: [{mac: \"52:54:00:00:00:02\", address: 10.0.0.9, hostname: n9}, "
      "{mac: 52-54-00-00-00-01, boot: {file: r.ipxe, server: 10.0.0.3}}]"));
  const auto& reservations = settings.dhcp.subnets.at(0).reservations;
  ASSERT_EQ(reservations.size(), 2u);
  EXPECT_EQ(reservations[1].host.macs.at(0).value & 0xff, 1u);
  EXPECT_EQ(reservations[1].boot->file, "r.ipxe");
  EXPECT_EQ(reservations[1].boot->server, wire::Ipv4Address{0x0a000003});
  EXPECT_FALSE(reservations[1].address);
  EXPECT_EQ(reservations[0].address, wire::Ipv4Address{0x0a000009});
  EXPECT_EQ(reservations[0].hostname, "n9");
}

TEST(SectionSubnet, DoesNotCallPoolsMissingThatAreWrong) {
  EXPECT_EQ(finding(with_subnet_keys("pools: 10.0.0.9-10.0.0.19")).find("dhcp.subnets[0].pools: "),
            0u);
  EXPECT_EQ(finding(with_subnet_keys("reservations: none")).find("dhcp.subnets[0].reservations: "),
            0u);
  EXPECT_EQ(finding(with_subnet_keys("pools: []")),
            "dhcp.subnets[0]: it gives nobody an address; add pools or reservations");
}

TEST(SectionSubnet, InheritsAuthority) {
  const std::string pool = "pools: [10.0.0.9]";
  EXPECT_FALSE(settings_of(with_subnet_keys(pool)).dhcp.subnets[0].authoritative);
  EXPECT_TRUE(
      settings_of(with_subnet_keys(pool, "authoritative: true, ")).dhcp.subnets[0].authoritative);
  EXPECT_FALSE(
      settings_of(with_subnet_keys(pool + ", authoritative: false", "authoritative: true, "))
          .dhcp.subnets[0]
          .authoritative);
}

TEST(SectionSubnet, ReadsTheModeForRelayedClients) {
  const std::string pool = "pools: [10.0.0.9]";
  EXPECT_FALSE(settings_of(with_subnet_keys(pool)).dhcp.subnets[0].relayed);
  EXPECT_EQ(settings_of(with_subnet_keys(pool + ", dhcp: proxy")).dhcp.subnets[0].relayed,
            DhcpMode::proxy);
  EXPECT_EQ(
      finding(with_subnet_keys(pool + ", dhcp: on")),
      "dhcp.subnets[0].dhcp: 'on': expected server, proxy or none, for clients behind a relay "
      "agent");
}

TEST(SectionSubnet, RefusesMacAddressesThatNoMachineHas) {
  for (const char* mac : {"\"00:00:00:00:00:00\"", "\"01:00:5e:00:00:01\"", "ff:ff:ff:ff:ff:ff",
                          "52:54:00:12:34", "\"\""}) {
    EXPECT_TRUE(finding(with_reservation("address: 10.0.0.9, mac: " + std::string(mac)))
                    .starts_with("dhcp.subnets[0].reservations[0].mac: "))
        << mac;
  }
}

TEST(SectionSubnet, WantsAReservationToReserveSomething) {
  EXPECT_EQ(finding(with_reservation("mac: \"52:54:00:00:00:02\"")),
            "dhcp.subnets[0].reservations[0]: it reserves nothing; give it an address, a hostname, "
            "a boot file, classes or options");
}

// `file` is 128 bytes with its zero (RFC 2131 section 2).
TEST(SectionSubnet, BoundsTheBootFile) {
  const auto boot = [](std::size_t bytes) {
    return with_reservation("mac: \"52:54:00:00:00:02\", boot: {file: " + std::string(bytes, 'a') +
                            "}");
  };
  EXPECT_TRUE(findings(boot(127)).empty());
  EXPECT_NE(finding(boot(128)).find("it is 128 bytes long, at most 127 fit"), std::string::npos);
}

}  // namespace
}  // namespace stentor::config
