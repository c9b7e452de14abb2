// SPDX-License-Identifier: BSD-3-Clause
// Goal: options of the site's own have a name and a type, wherever options are named.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with(const std::string& definitions, const std::string& options) {
  return minimal_with("dhcp:\n  option-definitions: [" + definitions + "]\n  options: {" + options +
                      "}\n");
}

std::vector<std::uint8_t> value_of(const std::string& type, const std::string& value) {
  const auto options =
      settings_of(with("{name: own, code: 224, type: " + type + "}", "own: " + value)).dhcp.options;
  return options.empty() ? std::vector<std::uint8_t>() : options[0].value;
}

using Bytes = std::vector<std::uint8_t>;

TEST(SectionOptionDefinitions, GivesEachTypeItsForm) {
  EXPECT_EQ(value_of("string", "ab"), (Bytes{'a', 'b'}));
  EXPECT_EQ(value_of("binary", "\"0x0a\""), (Bytes{10}));
  EXPECT_EQ(value_of("boolean", "true"), (Bytes{1}));
  EXPECT_EQ(value_of("uint8", "255"), (Bytes{255}));
  EXPECT_EQ(value_of("uint16", "256"), (Bytes{1, 0}));
  EXPECT_EQ(value_of("uint32", "4294967295"), (Bytes{255, 255, 255, 255}));
  EXPECT_EQ(value_of("int32", "-1"), (Bytes{255, 255, 255, 255}));
  EXPECT_EQ(value_of("seconds", "1m"), (Bytes{0, 0, 0, 60}));
  EXPECT_EQ(value_of("address", "10.0.0.1"), (Bytes{10, 0, 0, 1}));
  EXPECT_EQ(value_of("addresses", "[10.0.0.1, 10.0.0.2]"), (Bytes{10, 0, 0, 1, 10, 0, 0, 2}));
  EXPECT_EQ(value_of("domain", "a.bc"), (Bytes{'a', '.', 'b', 'c'}));
  EXPECT_EQ(value_of("domains", "a.bc"), (Bytes{1, 'a', 2, 'b', 'c', 0}));
  EXPECT_EQ(value_of("routes", "10.0.0.0/8 via 10.0.0.1"), (Bytes{8, 10, 10, 0, 0, 1}));
}

TEST(SectionOptionDefinitions, HoldsByNumberToo) {
  const auto options =
      settings_of(with("{name: own, code: 224, type: uint16}", "224: 7")).dhcp.options;
  ASSERT_EQ(options.size(), 1u);
  EXPECT_EQ(options[0].value, (Bytes{0, 7}));
}

TEST(SectionOptionDefinitions, ChecksTheRange) {
  EXPECT_NE(finding(with("{name: own, code: 224, type: uint8}", "own: 256")).find("0 to 255"),
            std::string::npos);
}

TEST(SectionOptionDefinitions, SaysWhatIsWrong) {
  const auto refusal = [](const std::string& definitions) {
    return finding(with(definitions, ""));
  };
  EXPECT_EQ(refusal("{name: routers, code: 224, type: string}"),
            "dhcp.option-definitions[0].name: 'routers': another option has this name; choose a "
            "different one");
  EXPECT_EQ(refusal("{name: \"7\", code: 224, type: string}"),
            "dhcp.option-definitions[0].name: '7': a number is no name; choose a different one");
  EXPECT_EQ(refusal("{name: own, code: 3, type: string}"),
            "dhcp.option-definitions[0].code: '3': this option is routers; use that name");
  EXPECT_NE(refusal("{name: own, code: 82, type: string}").find("dhcp-agent-options"),
            std::string::npos);
  EXPECT_NE(refusal("{name: own, code: 255, type: string}").find("out of range"),
            std::string::npos);
  EXPECT_NE(refusal("{name: own, code: 224, type: text}").find("expected string, binary"),
            std::string::npos);
  EXPECT_NE(refusal("{name: a, code: 224, type: string}, {name: b, code: 224, type: string}")
                .find("another definition has this code"),
            std::string::npos);
  EXPECT_NE(refusal("{name: a, code: 224, type: string}, {name: a, code: 225, type: string}")
                .find("another option has this name"),
            std::string::npos);
}

// One mistake is one finding: what uses the option is not wrong too.
TEST(SectionOptionDefinitions, ReportsARefusedDefinitionOnce) {
  EXPECT_EQ(findings(with("{name: own, code: 3, type: string}", "own: a")).size(), 1u);
}

}  // namespace
}  // namespace stentor::config
