// SPDX-License-Identifier: BSD-3-Clause
// Goal: aliases come out as the paths that requests are compared with, and what can match nothing
// or lead nowhere is said where it stands.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_aliases(const std::string& aliases, const std::string& other_keys = "") {
  std::string yaml(kMinimal);
  yaml.replace(0, yaml.find('\n'),
               "images:\n  root: /i\n  aliases:\n" + aliases + "  " + other_keys);
  return yaml;
}

// The finding about one alias.
std::string finding_in(const std::string& alias) {
  return finding(with_aliases("    - {" + alias + "}\n"));
}

TEST(SectionAliases, ReadsAndNormalisesBothPaths) {
  const Images images =
      settings_of(with_aliases("    - {from: '\\grub//*Onboard', to: /grubx64.efi}\n"
                               "    - {from: \"?/*\", to: 'a\\{2}/{1}'}\n"))
          .images;
  ASSERT_EQ(images.aliases.size(), 2u);
  EXPECT_EQ(images.aliases[0].from, "grub/*Onboard");
  EXPECT_EQ(images.aliases[0].to, "grubx64.efi");
  EXPECT_EQ(images.aliases[1].from, "?/*");
  EXPECT_EQ(images.aliases[1].to, "a/{2}/{1}");
}

TEST(SectionAliases, NeedsBothPaths) {
  EXPECT_TRUE(finding_in("from: a").starts_with("images.aliases[0]: the key 'to' is missing"));
  EXPECT_TRUE(finding_in("to: a").starts_with("images.aliases[0]: the key 'from' is missing"));
}

TEST(SectionAliases, RefusesReferencesToWildcardsThatAreNotThere) {
  EXPECT_EQ(finding_in("from: \"a/*\", to: 'b/{2}'"),
            "images.aliases[0].to: 'b/{2}': it refers to a wildcard that is not there; expected a "
            "file's path below images.root, in which {1} stands for what the first * or ? of from "
            "matched, 1 to 255 bytes long");
  EXPECT_NE(finding_in("from: a, to: '{1}'").find("that is not there"), std::string::npos);
  EXPECT_NE(finding_in("from: \"*\", to: '{x}'").find("a { opens a reference"), std::string::npos);
  EXPECT_EQ(finding_in("from: \"a**\", to: '{2}'").find("images.aliases[0].from: "), 0u)
      << "of what it was meant to be nobody knows how many it has";
}

TEST(SectionAliases, RefusesBadPathsAndGlobs) {
  EXPECT_EQ(finding_in("from: \"a**\", to: b"),
            "images.aliases[0].from: 'a**': one * is enough, it stands for any bytes, '/' too; "
            "expected a path of 1 to 255 bytes in which * stands for any bytes and ? for one, '/' "
            "too, like grub/*Onboard");
  for (const char* path : {"''", "../b", "a/./b", "a/", "/", "\"a\\tb\""}) {
    EXPECT_TRUE(finding_in("from: " + std::string(path) + ", to: b")
                    .starts_with("images.aliases[0].from: "))
        << path;
    EXPECT_TRUE(
        finding_in("from: b, to: " + std::string(path)).starts_with("images.aliases[0].to: "))
        << path;
  }
  EXPECT_NE(finding_in("from: " + std::string(256, 'a') + ", to: b").find("at most 255 fit"),
            std::string::npos);
}

TEST(SectionAliases, RefusesTheSameGlobTwice) {
  const std::string twice = "    - {from: \"a/*\", to: b}\n    - {from: '/A\\*', to: c}\n";
  EXPECT_TRUE(findings(with_aliases(twice)).empty()) << "they differ in case";
  const auto settings = parse_settings(with_aliases(twice, "case-insensitive: true\n"), "f");
  ASSERT_FALSE(settings);
  ASSERT_EQ(settings.error().size(), 1u);
  EXPECT_EQ(settings.error()[0].text(),
            "f:5:14: images.aliases[1].from: '/A\\*': the alias in line 4 is for the same paths; "
            "remove one of them");
}

}  // namespace
}  // namespace stentor::config
