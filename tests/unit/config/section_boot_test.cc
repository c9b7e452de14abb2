// SPDX-License-Identifier: BSD-3-Clause
// Goal: boot rules: conditions, targets, and rules that nobody reaches.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_rules(const std::string& rules) {
  return minimal_with("boot:\n  rules:\n" + rules);
}

TEST(SectionBoot, ReadsRulesInOrder) {
  const Settings settings = settings_of(
      with_rules("    - {match: {user-class: iPXE}, file: boot.ipxe}\n"
                 "    - {match: {arch: [bios, 7, efi-x64]}, file: a, server: 10.0.0.3}\n"
                 "    - {file: b}\n"));
  ASSERT_EQ(settings.boot_rules.size(), 3u);
  EXPECT_EQ(settings.boot_rules[0].match.user_class, "iPXE");
  EXPECT_TRUE(settings.boot_rules[0].match.architectures.empty());
  EXPECT_FALSE(settings.boot_rules[0].target.server);
  EXPECT_EQ(settings.boot_rules[1].match.architectures, (std::vector<std::uint16_t>{0, 7, 9}));
  EXPECT_EQ(settings.boot_rules[1].target.server, wire::Ipv4Address{0x0a000003});
  EXPECT_EQ(settings.boot_rules[2].target.file, "b");
}

TEST(SectionBoot, GuessesArchitectures) {
  EXPECT_NE(finding(with_rules("    - {match: {arch: efi-x46}, file: a}\n"))
                .find("did you mean efi-x64?"),
            std::string::npos);
  EXPECT_NE(
      finding(with_rules("    - {match: {arch: 65536}, file: a}\n")).find("'65536': expected"),
      std::string::npos);
  EXPECT_NE(finding(with_rules("    - {match: {arch: []}, file: a}\n")).find("the list is empty"),
            std::string::npos);
}

TEST(SectionBoot, RefusesRulesBehindOneThatTakesEverybody) {
  EXPECT_EQ(finding(with_rules("    - {file: a}\n    - {match: {arch: bios}, file: b}\n")),
            "boot.rules[1]: no client reaches this rule: the one in line 8 matches every client; "
            "move it to the end");
  EXPECT_EQ(findings(with_rules("    - {match: {}, file: a}\n    - {file: b}\n")).size(), 1u);
}

TEST(SectionBoot, WantsAFile) {
  EXPECT_EQ(finding(with_rules("    - {match: {arch: bios}}\n")),
            "boot.rules[0]: the key 'file' is missing; expected a boot file's path below "
            "images.root, 1 to 127 bytes long");
  EXPECT_NE(finding(with_rules("    - {file: ../a}\n")).find("'..' cannot be a part of it"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::config
