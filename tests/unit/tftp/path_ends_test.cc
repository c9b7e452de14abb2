// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a glob matches is admitted by its ends, whatever it is; and most of what it does not
// match is not.
#include "tftp/path_ends.h"

#include <gtest/gtest.h>
#include <string>

#include "base/glob.h"
#include "base/random.h"

namespace stentor::tftp {
namespace {

using base::PathCase;

bool admits(std::string_view pattern, std::string_view path, PathCase path_case = PathCase::exact) {
  return GlobEnds(pattern, path_case).admit(PathEnds::of(path, path_case));
}

TEST(GlobEnds, AskForWhatStandsBeforeTheFirstStarAndBehindTheLast) {
  EXPECT_TRUE(admits("grub/*.cfg", "grub/x.cfg"));
  EXPECT_FALSE(admits("grub/*.cfg", "grus/x.cfg"));
  EXPECT_FALSE(admits("grub/*.cfg", "grub/x.cfh"));
  EXPECT_FALSE(admits("grub/*.cfg", "gru")) << "a path that ends before";
  EXPECT_TRUE(admits("*", "a"));
  EXPECT_TRUE(admits("*a*", "b")) << "what stands between is not looked at";
  EXPECT_FALSE(admits("loader", "loader.efi"));
  EXPECT_FALSE(admits("loader", "xloader"));
  EXPECT_TRUE(admits("?oader", "xoader"));
}

TEST(GlobEnds, LookAtEightBytesOfEachEnd) {
  EXPECT_FALSE(admits("12345678*", "1234567x"));
  EXPECT_TRUE(admits("123456789*", "12345678x"));
  EXPECT_FALSE(admits("*12345678", "x2345678"));
  EXPECT_TRUE(admits("*123456789", "x23456789"));
}

TEST(GlobEnds, KnowCaseOnlyWhereItMatters) {
  EXPECT_FALSE(admits("Grub/*.CFG", "gRUB/x.cfg"));
  EXPECT_TRUE(admits("Grub/*.CFG", "gRUB/x.cfg", PathCase::folded));
}

TEST(GlobEnds, AdmitAllThatTheGlobMatches) {
  base::Random random(7);
  const auto text_of = [&random](std::string_view letters, std::size_t bytes_max) {
    std::string text(1 + random.below(bytes_max), ' ');
    for (char& c : text) c = letters[random.below(letters.size())];
    return text;
  };
  int matched = 0;
  int kept_out = 0;
  for (int i = 0; i < 200'000; ++i) {
    const PathCase path_case = i % 2 == 0 ? PathCase::exact : PathCase::folded;
    const std::string pattern = text_of("aAb?*", 12);
    const auto glob = base::Glob::parse(pattern, path_case);
    if (!glob) continue;
    const std::string path = text_of("aAb", 14);
    const bool matches = glob->match(std::string_view(path)).has_value();
    const bool is_admitted = admits(pattern, path, path_case);
    ASSERT_TRUE(is_admitted || !matches) << pattern << " and " << path;
    matched += matches ? 1 : 0;
    kept_out += is_admitted ? 0 : 1;
  }
  EXPECT_GT(matched, 1000);
  EXPECT_GT(kept_out, 1000);
}

}  // namespace
}  // namespace stentor::tftp
