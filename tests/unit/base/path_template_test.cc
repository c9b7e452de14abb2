// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a glob matched comes where the template says, and what comes out is a path or nothing.
#include "base/path_template.h"

#include <gtest/gtest.h>
#include <string>

namespace stentor::base {
namespace {

std::string error_of(std::string_view text, std::size_t captures) {
  const auto made = PathTemplate::parse(text, captures);
  return made ? "" : std::string(made.error());
}

// `text` for what `pattern` matches in `path`.
std::string written(std::string_view pattern, std::string_view path, std::string_view text) {
  const Glob glob = Glob::parse(pattern, PathCase::exact).value();
  const auto made = PathTemplate::parse(text, glob.captures());
  const auto captures = glob.match(path);
  EXPECT_TRUE(made && captures);
  PathBuffer buffer;
  const auto result = made->write(path, *captures, buffer);
  return result ? std::string(*result) : "none";
}

TEST(PathTemplate, WritesWhatWasMatched) {
  EXPECT_EQ(written("grub/*Onboard", "grub/xOnboard", "grubx64.efi"), "grubx64.efi");
  EXPECT_EQ(written("*/pxelinux.cfg/?1-*", "a/b/pxelinux.cfg/01-52", "cfg/{3}/{1}/{2}{2}"),
            "cfg/52/a/b/00");
  EXPECT_EQ(written("a*", "a", "x{1}y"), "xy");
}

TEST(PathTemplate, WritesABraceForTwo) { EXPECT_EQ(written("a*", "ab", "{{1}/{{{1}"), "{1}/{b"); }

TEST(PathTemplate, KnowsWhetherItIsFixed) {
  EXPECT_TRUE(PathTemplate::parse("a/{{1}", 0)->is_fixed());
  EXPECT_FALSE(PathTemplate::parse("a/{1}", 1)->is_fixed());
}

TEST(PathTemplate, RefusesWhatItCannotFillIn) {
  for (const char* text : {"{", "a{", "{1", "{}", "{0}", "{10}", "{a}", "{{{", "{-1}"}) {
    EXPECT_EQ(error_of(text, 9), "a { opens a reference, {1} to {9}; a brace itself is written {{")
        << text;
  }
  EXPECT_EQ(error_of("{2}", 1), "it refers to a wildcard that is not there");
  EXPECT_EQ(error_of("{1}", 0), "it refers to a wildcard that is not there");
  EXPECT_EQ(error_of("}{9}", 9), "");
}

TEST(PathTemplate, WritesANormalisedPathOrNone) {
  EXPECT_EQ(written("a*", "a/b", "c/{1}"), "c/b");
  EXPECT_EQ(written("*b", "b", "{1}"), "none") << "empty";
  EXPECT_EQ(written("?x?y", ".x.y", "a/{1}{2}/b"), "none") << "it would lead upwards";
}

TEST(PathTemplate, WritesTheLongestPathAndNoLonger) {
  const std::string path(kPathBytesMax, 'a');
  EXPECT_EQ(written("*", path, "{1}"), path);
  EXPECT_EQ(written("*", path, "{1}b"), "none");
  EXPECT_EQ(written("*", path, "b{1}"), "none");
  EXPECT_EQ(written("*", path, "{1}{1}{1}"), "none");
}

}  // namespace
}  // namespace stentor::base
