// SPDX-License-Identifier: BSD-3-Clause
// Goal: boot rules: conditions, targets, and rules that nobody reaches.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_boot_rules(const std::string& rules) {
  return minimal_with("boot:\n  rules:\n" + rules);
}

TEST(SectionBoot, ReadsRulesInOrder) {
  const Settings settings = settings_of(
      with_boot_rules("    - {match: {user-class: iPXE}, file: boot.ipxe}\n"
                      "    - {match: {arch: [bios, 7, efi-x64]}, file: a, server: 10.0.0.3}\n"
                      "    - {file: b}\n"));
  ASSERT_EQ(settings.boot_rules.size(), 3u);
  EXPECT_EQ(tests_in(settings.boot_rules[0].match).at(0).value.text, "iPXE");
  EXPECT_FALSE(settings.boot_rules[0].target.server);
  EXPECT_EQ(architectures_in(settings.boot_rules[1].match),
            (std::vector<std::uint16_t>{0, 7, 7, 9}));
  EXPECT_EQ(settings.boot_rules[1].target.server, wire::Ipv4Address{0x0a000003});
  EXPECT_FALSE(settings.boot_rules[2].match);
  EXPECT_EQ(settings.boot_rules[2].target.file, "b");
}

TEST(SectionBoot, MatchesByAllThatClassesMatchBy) {
  const Settings settings =
      settings_of(minimal_with("dhcp: {classes: [{name: a}]}\n"
                               "boot:\n  rules:\n"
                               "    - match:\n"
                               "        mac: \"02:*\"\n"
                               "        class: a\n"
                               "        or: [{uuid: {exists: false}}, {ipxe-feature: http}]\n"
                               "        not: {option: {60: \"PXEClient*\"}}\n"
                               "      file: a\n"));
  const ClientMatch& match = *settings.boot_rules.at(0).match;
  EXPECT_EQ(match.children.size(), 4u);
  EXPECT_EQ(tests_in(match).size(), 5u);
  EXPECT_EQ(finding(with_boot_rules("    - {match: {or: [{}]}, file: a}\n")).substr(0, 24),
            "boot.rules[0].match.or[0");
}

TEST(SectionBoot, GuessesArchitectures) {
  EXPECT_NE(finding(with_boot_rules("    - {match: {arch: efi-x46}, file: a}\n"))
                .find("did you mean efi-x64?"),
            std::string::npos);
  EXPECT_NE(
      finding(with_boot_rules("    - {match: {arch: 65536}, file: a}\n")).find("'65536': expected"),
      std::string::npos);
  EXPECT_NE(
      finding(with_boot_rules("    - {match: {arch: []}, file: a}\n")).find("the list is empty"),
      std::string::npos);
}

TEST(SectionBoot, RefusesRulesBehindOneThatTakesEverybody) {
  EXPECT_EQ(finding(with_boot_rules("    - {file: a}\n    - {match: {arch: bios}, file: b}\n")),
            "boot.rules[1]: no client reaches this rule: the one in line 8 matches every client; "
            "move it to the end");
  EXPECT_EQ(findings(with_boot_rules("    - {match: {}, file: a}\n    - {file: b}\n")).size(), 1u);
  EXPECT_TRUE(findings(with_boot_rules("    - {file: \"{uuid}\"}\n    - {file: b}\n")).empty())
      << "not every client has one";
}

TEST(SectionBoot, WantsAFile) {
  EXPECT_EQ(finding(with_boot_rules("    - {match: {arch: bios}}\n")),
            "boot.rules[0]: it names nothing to boot; give it a file, a url or a menu");
  EXPECT_NE(finding(with_boot_rules("    - {file: ../a}\n")).find("'..' cannot be a part of it"),
            std::string::npos);
}

TEST(SectionBoot, TakesWordsInAFilesName) {
  const auto file = [](const std::string& name) {
    return with_boot_rules("    - {file: \"" + name + "\"}\n");
  };
  EXPECT_EQ(settings_of(file("{mac}/{arch}-{{x")).boot_rules.at(0).target.file, "{mac}/{arch}-{{x");
  EXPECT_NE(finding(file("{ip}/a")).find("a { opens a word, and this one is not known"),
            std::string::npos);
  EXPECT_TRUE(findings(file(std::string(127, 'a') + "{mac}")).empty());
  EXPECT_NE(
      finding(file(std::string(128, 'a') + "{mac}")).find("it is 128 bytes long, at most 127 fit"),
      std::string::npos);
}

TEST(SectionBoot, TakesUrlsOfWebServers) {
  const auto rule = [](const std::string& keys) {
    return with_boot_rules("    - {" + keys + "}\n");
  };
  EXPECT_EQ(settings_of(rule("url: 'https://h/{mac}'")).boot_rules.at(0).target.url,
            "https://h/{mac}");
  for (const char* url : {"ftp://h/a", "http://", "h/a", "'http://h/a b'"}) {
    EXPECT_NE(finding(rule(std::string("url: ") + url)).find("not the URL of a web server"),
              std::string::npos)
        << url;
  }
  EXPECT_EQ(finding(rule("url: 'http://h', file: a")),
            "boot.rules[0].url: 'http://h': a file stands beside it; keep one of them");
  EXPECT_EQ(finding(rule("url: 'http://h', server: 10.0.0.3")),
            "boot.rules[0].server: '10.0.0.3': the url says where it is; remove the server");
  EXPECT_TRUE(findings(rule("url: 'http://h'}\n    - {file: b")).empty())
      << "it is not for every client";
}

}  // namespace
}  // namespace stentor::config
