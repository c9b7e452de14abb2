// SPDX-License-Identifier: BSD-3-Clause
// Goal: dhcp: mode, times and relays.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Dhcp dhcp_of(const std::string& text) {
  return settings_of(minimal_with("dhcp: {" + text + "}\n")).dhcp;
}

std::string dhcp_refusal(const std::string& text) {
  return finding(minimal_with("dhcp: {" + text + "}\n"));
}

TEST(SectionDhcp, HasDefaults) {
  const Dhcp dhcp = dhcp_of("");
  EXPECT_EQ(dhcp.mode, DhcpMode::server);
  EXPECT_EQ(dhcp.lease_time.standard, hours{1});
  EXPECT_EQ(dhcp.pxe_lease_time, minutes{30});
  EXPECT_EQ(dhcp.offer_hold, seconds{60});
  EXPECT_EQ(dhcp.decline_hold, minutes{10});
  EXPECT_FALSE(dhcp.relays);
}

TEST(SectionDhcp, ReadsTimes) {
  const Dhcp dhcp = dhcp_of(
      "mode: proxy, lease-time: {default: 2h, min: 1h, max: 3h}, pxe-lease-time: 20m, "
      "offer-hold: 500s, decline-hold: 1d");
  EXPECT_EQ(dhcp.mode, DhcpMode::proxy);
  EXPECT_EQ(dhcp.lease_time.standard, hours{2});
  EXPECT_EQ(dhcp.lease_time.min, hours{1});
  EXPECT_EQ(dhcp.lease_time.max, hours{3});
  EXPECT_EQ(dhcp.pxe_lease_time, minutes{20});
  EXPECT_EQ(dhcp.offer_hold, seconds{500});
  EXPECT_EQ(dhcp.decline_hold, hours{24});
}

TEST(SectionDhcp, ReadsWhatClientsMayAskFor) {
  EXPECT_FALSE(dhcp_of("").rapid_commit || dhcp_of("").bootp_dynamic);
  EXPECT_EQ(dhcp_of("").min_secs, 0);
  EXPECT_TRUE(dhcp_of("rapid-commit: true").rapid_commit);
  EXPECT_TRUE(dhcp_of("bootp-dynamic: true").bootp_dynamic);
  EXPECT_EQ(dhcp_of("min-secs: 255").min_secs, 255);
  EXPECT_NE(dhcp_refusal("min-secs: 256").find("expected 0 to 255 seconds"), std::string::npos);
}

TEST(SectionDhcp, ReadsWhatFirmwareCallsItself) {
  EXPECT_TRUE(dhcp_of("").pxe_vendor_classes.empty());
  EXPECT_EQ(dhcp_of("pxe-vendor-classes: [HW-Client, HW]").pxe_vendor_classes,
            (std::vector<std::string>{"HW-Client", "HW"}));
}

TEST(SectionDhcp, RefusesVendorClassesThatWouldMeanNothingOrTooMuch) {
  struct Row {
    const char* classes;
    const char* says;
  };
  for (const Row& row : {
           Row{"[]", "the list is empty; expected a list of what the vendor class"},
           Row{"[\"\"]", "pxe-vendor-classes[0]: '': it is empty; expected text of 1 to 64 bytes"},
           Row{"[A, B, A]", "pxe-vendor-classes[2]: 'A': it stands here twice; remove one"},
           Row{"[HW, HW-Client]",
               "'HW-Client': it begins with 'HW', which stands before it; exchange"},
           Row{"[\"PXEClient:Arch\"]", "PXEClient counts in any case; remove it"},
           Row{"[HTTPClient]", "UEFI's HTTP boot"},
           Row{"[HTTP]", "UEFI's HTTP boot"},
           Row{"HW-Client", "a single value cannot stand here; expected a list of what"},
           Row{"[[a]]", "a list cannot stand here; expected text"},
       }) {
    const std::string said = dhcp_refusal(std::string("pxe-vendor-classes: ") + row.classes);
    EXPECT_NE(said.find(row.says), std::string::npos) << row.classes << ": " << said;
  }
  EXPECT_EQ(dhcp_of("pxe-vendor-classes: [" + std::string(64, 'a') + "]").pxe_vendor_classes.size(),
            1u);
  EXPECT_NE(
      dhcp_refusal("pxe-vendor-classes: [" + std::string(65, 'a') + "]").find("65 bytes long"),
      std::string::npos);
  std::string many = "a";
  for (char name = 'b'; name <= 'p'; ++name) many += std::string(", ") + name;
  EXPECT_EQ(dhcp_of("pxe-vendor-classes: [" + many + "]").pxe_vendor_classes.size(), 16u);
  EXPECT_NE(dhcp_refusal("pxe-vendor-classes: [" + many + ", q]").find("17 items, at most 16"),
            std::string::npos);
}

TEST(SectionDhcp, ReadsWhetherFirmwareIsToldOfNoRouter) {
  EXPECT_TRUE(dhcp_of("").empty_router_advertisements);
  EXPECT_FALSE(dhcp_of("empty-router-advertisements: false").empty_router_advertisements);
}

TEST(SectionDhcp, ReadsTheConflictCheckAsAWordAndWhole) {
  using Method = ConflictCheck::Method;
  EXPECT_EQ(dhcp_of("").conflict_check.method, Method::none);
  EXPECT_EQ(dhcp_of("conflict-check: arp").conflict_check.method, Method::arp);
  EXPECT_EQ(dhcp_of("conflict-check: arp").conflict_check.wait, milliseconds{200});
  const ConflictCheck check = dhcp_of("conflict-check: {method: ping, wait: 1s}").conflict_check;
  EXPECT_EQ(check.method, Method::ping);
  EXPECT_EQ(check.wait, seconds{1});
  EXPECT_NE(dhcp_refusal("conflict-check: icmp").find("dhcp.conflict-check: 'icmp'"),
            std::string::npos);
  EXPECT_NE(dhcp_refusal("conflict-check: {wait: 4s}").find("10ms to 3s"), std::string::npos);
}

// A limit that the file does not state gives way to the time that it does.
TEST(SectionDhcp, BendsUnstatedLimitsToTheStatedTime) {
  EXPECT_EQ(dhcp_of("lease-time: 1m").lease_time.min, minutes{1});
  EXPECT_EQ(dhcp_of("lease-time: 7d").lease_time.max, hours{7 * 24});
  EXPECT_EQ(dhcp_of("lease-time: {max: 20m}").lease_time.standard, minutes{20});
  EXPECT_EQ(dhcp_of("lease-time: {min: 2d}").lease_time.max, hours{48});
}

TEST(SectionDhcp, RefusesTimesThatContradictEachOther) {
  EXPECT_EQ(dhcp_refusal("lease-time: {min: 2h, max: 1h}"),
            "dhcp.lease-time: min is longer than max; exchange them");
  EXPECT_EQ(dhcp_refusal("lease-time: {default: 1h, min: 2h}"),
            "dhcp.lease-time: default is not between min and max; change one of them");
  EXPECT_NE(dhcp_refusal("lease-time: 9s").find("out of range"), std::string::npos);
  EXPECT_NE(dhcp_refusal("lease-time: 99999999999999999999s").find("out of range"),
            std::string::npos);
}

TEST(SectionDhcp, ReadsRelays) {
  const std::string subnet = ", subnets: [{subnet: 10.9.0.0/16, pools: [10.9.1.0-10.9.2.0]}]";
  const auto one = dhcp_of("relays: [{address: 10.8.0.1, subnets: [10.9.0.0/16]}]" + subnet);
  ASSERT_TRUE(one.relays);
  EXPECT_EQ(one.relays->at(0).address, wire::Ipv4Address{0x0a080001});
  EXPECT_EQ(one.relays->at(0).subnet->length, 16);
  const auto implied = dhcp_of("relays: [{address: 10.9.0.1}]" + subnet);
  EXPECT_FALSE(implied.relays->at(0).subnet);
}

TEST(SectionDhcp, ReadsWhatRelaysMayChoose) {
  const std::string subnets =
      ", subnets: [{subnet: 10.8.0.0/16, pools: [10.8.1.0]}, {subnet: 10.9.0.0/16, pools: "
      "[10.9.1.0]}]";
  const auto read =
      dhcp_of("relays: [{address: 10.8.0.1, link-selection: [10.9.0.0/16]}]" + subnets);
  ASSERT_EQ(read.relays->at(0).link_selection.size(), 1u);
  EXPECT_FALSE(read.relays->at(0).leasequery);
  EXPECT_EQ(read.relays->at(0).link_selection[0].network(), wire::Ipv4Address{0x0a090000});
  EXPECT_EQ(
      dhcp_refusal("relays: [{address: 10.8.0.1, link-selection: [10.9.0.0/16, 10.7.0.0/16]}]" +
                   subnets),
      "dhcp.relays[0].link-selection[1]: '10.7.0.0/16': dhcp.subnets has no such subnet; add it "
      "there, or remove it here");
  EXPECT_NE(dhcp_refusal("relays: [{address: 10.8.0.1}]" + subnets).find("no client reaches it"),
            std::string::npos);
}

TEST(SectionDhcp, ReadsWhichRelaysMayAskWhoHasWhat) {
  const auto read = dhcp_of(
      "relays: [{address: 10.8.0.1, leasequery: true}], subnets: [{subnet: 10.8.0.0/16, pools: "
      "[10.8.1.0]}]");
  EXPECT_TRUE(read.relays->at(0).leasequery);
}

TEST(SectionDhcp, TellsNoRelaysFromAnyRelay) {
  EXPECT_TRUE(dhcp_of("relays: none").relays->empty());
  EXPECT_TRUE(dhcp_of("relays: []").relays->empty());
  EXPECT_NE(dhcp_refusal("relays: off").find("\"nothing\" is spelled none"), std::string::npos);
}

}  // namespace
}  // namespace stentor::config
