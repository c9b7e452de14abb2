// SPDX-License-Identifier: BSD-3-Clause
#include "html_text.h"

#include <gtest/gtest.h>
#include <string>

namespace stentor::rig {
namespace {

constexpr const char* kReplaced = "\xef\xbf\xbd";

// Goal: no text can open a tag, end an attribute or make a character reference.
TEST(HtmlText, MarkupBecomesText) {
  EXPECT_EQ(escaped("<script>alert('1')</script>"),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;");
  EXPECT_EQ(escaped("\" onload=\"x"), "&quot; onload=&quot;x");
  EXPECT_EQ(escaped("&lt;"), "&amp;lt;");
}

// Goal: what is fine stays as it is, in any script.
TEST(HtmlText, Utf8Stays) {
  const std::string text =
      "Gr\xc3\xbc\xc3\x9f"
      "e \xe2\x82\xac \xf0\x9f\x98\x80\tA\nB";
  EXPECT_EQ(escaped(text), text);
}

// Goal: RFC 3629 section 4: overlong forms, surrogates, stray and missing tails are not characters.
TEST(HtmlText, WhatIsNotUtf8IsReplaced) {
  EXPECT_EQ(escaped("\xff"), kReplaced);
  EXPECT_EQ(escaped("a\x80z"), std::string("a") + kReplaced + "z");
  EXPECT_EQ(escaped("\xc0\xbc"), std::string(kReplaced) + kReplaced);
  EXPECT_EQ(escaped("\xe2\x82"), std::string(kReplaced) + kReplaced);
  EXPECT_EQ(escaped("\xed\xa0\x80"), std::string(kReplaced) + kReplaced + kReplaced);
  EXPECT_EQ(escaped("\xf4\x90\x80\x80").substr(0, 3), kReplaced);
  EXPECT_EQ(escaped("\xc3<"), std::string(kReplaced) + "&lt;");
}

// Goal: control characters, which HTML forbids, do not come through.
TEST(HtmlText, ControlCharactersAreReplaced) {
  EXPECT_EQ(escaped(std::string_view("a\0b", 3)), std::string("a") + kReplaced + "b");
  EXPECT_EQ(escaped("\x1b[31m"), std::string(kReplaced) + "[31m");
  EXPECT_EQ(escaped("\x7f"), kReplaced);
}

}  // namespace
}  // namespace stentor::rig
