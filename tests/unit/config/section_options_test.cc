// SPDX-License-Identifier: BSD-3-Clause
// Goal: DHCP options by name and number, and those that are set elsewhere.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_options(const std::string& options) {
  return minimal_with("dhcp: {subnets: [{subnet: 10.0.0.0/24, pools: [10.0.0.9], options: {" +
                      options + "}}]}\n");
}

std::vector<DhcpOption> options_of(const std::string& options) {
  const Settings settings = settings_of(with_options(options));
  return settings.dhcp.subnets.empty() ? std::vector<DhcpOption>()
                                       : settings.dhcp.subnets[0].options;
}

std::string options_refusal(const std::string& options) { return finding(with_options(options)); }

TEST(SectionOptions, ReadsNamesAndNumbersInOrderOfCode) {
  const auto options = options_of("224: 0x0a0B, 6: 10.0.0.53, routers: [10.0.0.1]");
  ASSERT_EQ(options.size(), 3u);
  EXPECT_EQ(options[0].code, 3);
  EXPECT_EQ(options[0].value, (std::vector<std::uint8_t>{10, 0, 0, 1}));
  EXPECT_EQ(options[1].code, 6);
  EXPECT_EQ(options[2].code, 224);
  EXPECT_EQ(options[2].value, (std::vector<std::uint8_t>{10, 11}));
}

TEST(SectionOptions, SendsAlwaysWhatSaysSo) {
  const auto options = options_of("6: {value: [10.0.0.53], always: true}, 3: {value: 10.0.0.1}");
  ASSERT_EQ(options.size(), 2u);
  EXPECT_FALSE(options[0].always);
  EXPECT_TRUE(options[1].always);
}

TEST(SectionOptions, TakesAnOptionAwayWithNone) {
  const auto options = options_of("6: none, 17: \"none\", 42: {value: none, always: true}");
  ASSERT_EQ(options.size(), 3u);
  EXPECT_TRUE(options[0].is_none);
  EXPECT_TRUE(options[0].value.empty());
  EXPECT_FALSE(options[1].is_none);
  EXPECT_EQ(options[1].value.size(), 4u);
  EXPECT_TRUE(options[2].is_none);
}

TEST(SectionOptions, ReadsThemInEachScope) {
  const Settings settings = settings_of(minimal_with(
      "dhcp:\n"
      "  options: {6: 10.0.0.53}\n"
      "  classes: [{name: a, options: {7: 10.0.0.54}}]\n"
      "  subnets: [{subnet: 10.0.0.0/24, reservations: [{mac: \"52:54:00:00:00:01\", options: {4: "
      "10.0.0.55}}]}]\n"));
  EXPECT_EQ(settings.dhcp.options.at(0).code, 6);
  EXPECT_EQ(settings.dhcp.classes.at(0).options.at(0).code, 7);
  EXPECT_EQ(settings.dhcp.subnets.at(0).reservations.at(0).options.at(0).code, 4);
}

TEST(SectionOptions, SaysWhereOwnedOptionsAreSet) {
  EXPECT_EQ(options_refusal("subnet-mask: 255.255.255.0"),
            "dhcp.subnets[0].options.subnet-mask: option 1 (subnet-mask) is not set here: it "
            "follows from the subnet's length; remove it");
  EXPECT_EQ(options_refusal("67: a.efi"),
            "dhcp.subnets[0].options.67: option 67 (boot-file-name) is not set here: set file in "
            "boot.rules or in a reservation's boot");
}

// RFC 8925 section 3.3: only clients that ask for it may get it.
TEST(SectionOptions, SendsNoIpv6OnlyUnasked) {
  EXPECT_EQ(options_of("v6-only-preferred: 30m").at(0).value,
            (std::vector<std::uint8_t>{0, 0, 7, 8}));
  EXPECT_NE(
      options_refusal("v6-only-preferred: {value: 30m, always: true}").find("remove 'always'"),
      std::string::npos);
}

TEST(SectionOptions, GuessesNames) {
  EXPECT_NE(options_refusal("router: 10.0.0.1").find("did you mean 'routers'?"), std::string::npos);
  EXPECT_NE(options_refusal("zzzzzz: 1")
                .find("give its number (1 to 254), define it in dhcp.option-definitions, "
                      "or take one of time-offset, "),
            std::string::npos);
  EXPECT_NE(options_refusal("255: 0x01").find("an option's number is 1 to 254"), std::string::npos);
  EXPECT_NE(options_refusal("0: 0x01").find("an option's number is 1 to 254"), std::string::npos);
}

TEST(SectionOptions, RefusesOneCodeUnderTwoNames) {
  EXPECT_EQ(options_refusal("routers: 10.0.0.1, 3: 10.0.0.1"),
            "dhcp.subnets[0].options.3: option 3 is set twice; remove one");
}

TEST(SectionOptions, BoundsWhatAllTakeTogether) {
  const std::string text = std::string(240, 'a');
  EXPECT_TRUE(findings(with_options("224: " + text + ", 225: " + text)).empty());
  EXPECT_NE(options_refusal("224: " + text + ", 225: " + text + ", 226: " + text)
                .find("take 726 bytes, but 690 fit into a reply"),
            std::string::npos);
  EXPECT_NE(options_refusal("224: {always: true, value: " + text + "}")
                .find("take 242 bytes, but 160 fit"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::config
