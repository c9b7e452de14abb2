// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is no text is found, with its line and column, before YAML sees it.
#include "config/source_text.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

using namespace std::string_view_literals;

TEST(SourceText, AcceptsUtf8OfEveryLength) {
  EXPECT_FALSE(find_text_fault(""));
  EXPECT_FALSE(find_text_fault("a: b\r\n\tc\n"));
  EXPECT_FALSE(
      find_text_fault("\xef\xbb\xbf# \xc3\xa4 \xe2\x82\xac \xf0\x9f\x9a\x80 \xf4\x8f\xbf\xbf"));
}

TEST(SourceText, CountsLinesAndCharacters) {
  const auto fault = find_text_fault("a: b\n# \xc3\xa4\xff\n");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->line, 2);
  EXPECT_EQ(fault->column, 4);
  EXPECT_EQ(fault->sentence, "byte 0xff is no UTF-8 text; save the file as UTF-8");
}

TEST(SourceText, RefusesWhatOnlyLooksLikeUtf8) {
  for (const std::string_view text :
       {"\x80"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xc3"sv, "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv,
        "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xe2\x82"sv,
        "\xe2\x28\xa1"sv}) {
    EXPECT_TRUE(find_text_fault(text)) << testing::PrintToString(text);
  }
}

TEST(SourceText, RefusesControlCharacters) {
  const auto fault = find_text_fault("a\0b"sv);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->column, 2);
  EXPECT_EQ(fault->sentence, "control character 0x00 has no place in a text file; remove it");
  EXPECT_TRUE(find_text_fault("\x1b[31m"));
  EXPECT_TRUE(find_text_fault("\x7f"));
}

}  // namespace
}  // namespace stentor::config
