// SPDX-License-Identifier: BSD-3-Clause
// Goal: a folder of a client's own is read into what stands in it and what stands for the client.
#include "config/directory_template.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

TEST(DirectoryTemplate, KnowsEveryWord) {
  for (const ClientWordName& name : kClientWords) {
    const auto made = DirectoryTemplate::parse("a/" + std::string(name.written) + "/b");
    ASSERT_TRUE(made) << name.written;
    ASSERT_EQ(made->pieces.size(), 1u);
    EXPECT_EQ(made->pieces[0].text, "a/");
    EXPECT_EQ(made->pieces[0].word, name.word);
    EXPECT_EQ(made->end, "/b");
  }
}

TEST(DirectoryTemplate, ReadsSeveralWordsAndBraces) {
  const auto made = DirectoryTemplate::parse("{{{mac:hex}-{address}");
  ASSERT_TRUE(made);
  ASSERT_EQ(made->pieces.size(), 2u);
  EXPECT_EQ(made->pieces[0].text, "{");
  EXPECT_EQ(made->pieces[1].text, "-");
  EXPECT_EQ(made->end, "");
}

TEST(DirectoryTemplate, RefusesWhatTellsNobodyApart) {
  EXPECT_EQ(DirectoryTemplate::parse("clients").error(),
            "no word in it tells one client from another");
  EXPECT_EQ(DirectoryTemplate::parse("{{mac}").error(),
            "no word in it tells one client from another");
}

TEST(DirectoryTemplate, RefusesUnknownWords) {
  for (const char* text : {"{uuid}", "{mac", "{}", "a{mac:dots}", "{MAC}"}) {
    EXPECT_EQ(DirectoryTemplate::parse(text).error(),
              "a { opens a word, and this one is not known; a brace itself is written {{")
        << text;
  }
}

TEST(DirectoryTemplate, LeavesRoomForAName) {
  EXPECT_TRUE(DirectoryTemplate::parse(std::string(255 - 17 - 2, 'a') + "{mac}"));
  EXPECT_EQ(DirectoryTemplate::parse(std::string(255 - 17 - 1, 'a') + "{mac}").error(),
            "it leaves no room for a file's name");
}

}  // namespace
}  // namespace stentor::config
