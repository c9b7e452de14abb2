// SPDX-License-Identifier: BSD-3-Clause
// Goal: a glob matches what the obvious matcher matches, remembers the same, and reads no byte of a
// text twice, whoever chose pattern and text.
#include "base/glob.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace stentor::base {
namespace {

Glob glob_of(std::string_view pattern, PathCase path_case = PathCase::exact) {
  const auto glob = Glob::parse(pattern, path_case);
  EXPECT_TRUE(glob) << pattern;
  return glob.value();
}

std::string error_of(std::string_view pattern) {
  const auto glob = Glob::parse(pattern, PathCase::exact);
  return glob ? "" : std::string(glob.error());
}

using Parts = std::vector<std::string>;

// What the wildcards matched, in brackets; "no" for no match.
std::string matched(const Glob& glob, std::string_view text) {
  const auto captures = glob.match(text);
  if (!captures) return "no";
  std::string parts;
  for (std::size_t i = 0; i < glob.captures(); ++i) {
    parts += "[" + std::string(text.substr((*captures)[i].at, (*captures)[i].bytes)) + "]";
  }
  return parts;
}

std::string matched(std::string_view pattern, std::string_view text) {
  return matched(glob_of(pattern), text);
}

TEST(Glob, MatchesWhatItSays) {
  EXPECT_EQ(matched("grub/*Onboard", "grub/\xc3\xaaOnboard"), "[\xc3\xaa]");
  EXPECT_EQ(matched("grub/*Onboard", "grub/Onboard"), "[]");
  EXPECT_EQ(matched("grub/*Onboard", "grub/Onboard2"), "no");
  EXPECT_EQ(matched("grub/*Onboard", "x/grub/Onboard"), "no");
  EXPECT_EQ(matched("a", "a"), "");
  EXPECT_EQ(matched("a", "A"), "no");
  EXPECT_EQ(matched("a", "aa"), "no");
  EXPECT_EQ(matched("01-?\?-*.cfg", "01-52-54.cfg"), "[5][2][54]");
}

TEST(Glob, TakesASeparatorForAnyOtherByte) {
  EXPECT_EQ(matched("*/grubx64.efi", "a/b/grubx64.efi"), "[a/b]");
  EXPECT_EQ(matched("a?b", "a/b"), "[/]");
}

TEST(Glob, GivesEveryStarButTheLastAsLittleAsItCan) {
  EXPECT_EQ(matched("*/*", "a/b/c"), "[a][b/c]");
  EXPECT_EQ(matched("*a*a", "aaaa"), "[][aa]");
  EXPECT_EQ(matched("a*b?d*e", "abcbxdbcde"), "[bc][x][bcd]");
}

TEST(Glob, KnowsNoCaseIfToldSo) {
  const Glob glob = glob_of("Boot/*.BCD*[x]*", PathCase::folded);
  EXPECT_EQ(matched(glob, "bOOT/Ab.bcd{[X]Yz"), "[Ab][{][Yz]");
  EXPECT_EQ(matched(glob, "boot/a.bcd{{x}"), "no") << "only letters have case";
}

TEST(Glob, NumbersItsFirstNineWildcards) {
  EXPECT_EQ(glob_of("a").captures(), 0u);
  EXPECT_EQ(glob_of("?*?").captures(), 3u);
  EXPECT_EQ(matched("??????????*", "0123456789abc"), "[0][1][2][3][4][5][6][7][8]");
}

TEST(Glob, HasLimits) {
  EXPECT_EQ(error_of("a**b"), "one * is enough, it stands for any bytes, '/' too");
  EXPECT_EQ(error_of("*a*a*a*a*a*a*a*a*"), "");
  EXPECT_EQ(error_of("*a*a*a*a*a*a*a*a*a*"), "it has more than 9 *");
  const std::string half(kGlobInnerBytesMax / 2, 'x');
  EXPECT_EQ(error_of("*" + half + "*" + half + "*"), "");
  EXPECT_EQ(error_of("*" + half + "*" + half + "x*"),
            "its first and last * are more than 64 bytes apart");
  EXPECT_EQ(matched("*" + half + "*" + half + "*", "y" + half + half + half),
            "[y][][" + half + "]");
}

TEST(Glob, HasNoLimitBeforeItsFirstStarAndBehindItsLast) {
  const std::string pattern(kPathBytesMax, 'x');
  EXPECT_EQ(matched(pattern, pattern), "");
  const std::string side(kPathBytesMax / 2, 'x');
  EXPECT_EQ(matched(side + "*" + side, side + side), "[]");
  EXPECT_EQ(matched(side + "*" + side, side + side.substr(1)), "no") << "they do not overlap";
}

// As the words have it: every '*' tries the shortest run first.
bool obvious(std::string_view pattern, std::string_view text, Parts& parts) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
      const std::size_t before = parts.size();
      parts.emplace_back(text.substr(0, bytes));
      if (obvious(pattern.substr(1), text.substr(bytes), parts)) return true;
      parts.resize(before);
    }
    return false;
  }
  if (text.empty() || (pattern[0] != '?' && pattern[0] != text[0])) return false;
  if (pattern[0] == '?') parts.emplace_back(text.substr(0, 1));
  return obvious(pattern.substr(1), text.substr(1), parts);
}

// All texts of up to `length` of these letters, the empty one first.
std::vector<std::string> all_texts(std::string_view letters, std::size_t length) {
  std::vector<std::string> texts{""};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() == length) continue;
    for (const char letter : letters) texts.push_back(texts[i] + letter);
  }
  return texts;
}

TEST(Glob, MatchesWhatTheObviousMatcherMatches) {
  const std::vector<std::string> texts = all_texts("ab", 6);
  for (const std::string& pattern : all_texts("ab?*", 5)) {
    if (pattern.empty() || pattern.find("**") != std::string::npos) continue;
    const Glob glob = glob_of(pattern);
    for (const std::string& text : texts) {
      Parts parts;
      std::string expected;
      if (obvious(pattern, text, parts)) {
        for (const std::string& part : parts) expected += "[" + part + "]";
      } else {
        expected = "no";
      }
      ASSERT_EQ(matched(glob, text), expected) << pattern << " on " << text;
    }
  }
}

// A text that counts how often it is read.
class CountedText {
 public:
  explicit CountedText(std::string_view text) : text_(text) {}
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  char operator[](std::size_t at) const {
    ++reads_;
    return text_[at];
  }
  [[nodiscard]] std::size_t reads() const { return reads_; }

 private:
  std::string_view text_;
  mutable std::size_t reads_ = 0;
};

TEST(Glob, ReadsNoByteTwiceWhateverTheyChoose) {
  const std::string a(kPathBytesMax, 'a');
  for (const std::string& pattern :
       {std::string("*a*a*a*a*a*a*a*a*b"), std::string("*?a?a*a??a*aaaa*b*"),
        "*" + std::string(kGlobInnerBytesMax, 'a') + "*b", "*" + a.substr(0, 63) + "b*",
        "a*" + a.substr(0, 31) + "b*" + a.substr(0, 31) + "b*a",
        a.substr(0, 127) + "*" + a.substr(0, 127), std::string("*")}) {
    const Glob glob = glob_of(pattern);
    for (const std::string& text :
         {a, a.substr(0, 254) + "b", a.substr(0, 200) + "b" + a.substr(201)}) {
      const CountedText counted(text);
      EXPECT_EQ(glob.match(counted).has_value(), glob.match(std::string_view(text)).has_value());
      EXPECT_LE(counted.reads(), text.size()) << pattern;
    }
  }
}

}  // namespace
}  // namespace stentor::base
