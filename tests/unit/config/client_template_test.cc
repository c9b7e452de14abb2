// SPDX-License-Identifier: BSD-3-Clause
// Goal: a text with words is read into what stands in it and what stands for the client.
#include "config/client_template.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

TEST(ClientTemplate, KnowsEveryWord) {
  for (const ClientWordName& name : kClientWords) {
    const auto made = ClientTemplate::parse("a/" + std::string(name.written) + "/b");
    ASSERT_TRUE(made) << name.written;
    ASSERT_EQ(made->pieces.size(), 1u);
    EXPECT_EQ(made->pieces[0].text, "a/");
    EXPECT_EQ(made->pieces[0].word, name.word);
    EXPECT_EQ(made->end, "/b");
    EXPECT_EQ(&name_of(name.word), &name);
    EXPECT_EQ(ClientTemplate::parse_directory(name.written).has_value(), name.lasts);
  }
}

TEST(ClientTemplate, MayBeTheSameForEveryClient) {
  const auto made = ClientTemplate::parse("boot{{0}.ipxe");
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->pieces.empty());
  EXPECT_EQ(made->end, "boot{0}.ipxe");
  EXPECT_EQ(made->written(), "boot{{0}.ipxe");
  EXPECT_EQ(made->fixed_bytes(), 12u);
}

TEST(ClientTemplate, EndsItsDirectoryAtTheLastSlash) {
  const auto directory = [](std::string_view text) {
    const auto made = ClientTemplate::parse(text)->directory();
    return made ? made->written() : "none";
  };
  EXPECT_EQ(directory("a/b/c"), "a/b");
  EXPECT_EQ(directory("a{mac}"), "none");
  EXPECT_EQ(directory("a/{mac}{{b{arch}"), "a");
  EXPECT_EQ(directory("a/{mac}/{arch}/x"), "a/{mac}/{arch}");
  EXPECT_EQ(directory("{mac}/x{arch}"), "{mac}");
}

TEST(ClientTemplate, TakesTextInThePlaceOfAWord) {
  const auto made = *ClientTemplate::parse("a{arch}b{mac}c{arch}d");
  EXPECT_EQ(made.with(ClientWord::architecture, "x").written(), "axb{mac}cxd");
  EXPECT_EQ(made.with(ClientWord::serial, "x").written(), made.written());
}

TEST(ClientTemplate, ReadsSeveralWordsAndBraces) {
  const auto made = ClientTemplate::parse_directory("{{{mac:hex}-{address}");
  ASSERT_TRUE(made);
  ASSERT_EQ(made->pieces.size(), 2u);
  EXPECT_EQ(made->pieces[0].text, "{");
  EXPECT_EQ(made->pieces[1].text, "-");
  EXPECT_EQ(made->end, "");
}

TEST(ClientTemplate, RefusesWhatTellsNobodyApart) {
  EXPECT_EQ(ClientTemplate::parse_directory("clients").error(),
            "no word in it tells one client from another");
  EXPECT_EQ(ClientTemplate::parse_directory("{{mac}").error(),
            "no word in it tells one client from another");
}

TEST(ClientTemplate, RefusesUnknownWords) {
  for (const char* text : {"{ip}", "{mac", "{}", "a{mac:dots}", "{MAC}"}) {
    EXPECT_EQ(ClientTemplate::parse_directory(text).error(),
              "a { opens a word, and this one is not known; a brace itself is written {{")
        << text;
  }
}

TEST(ClientTemplate, OfAFolderHasWordsThatLast) {
  EXPECT_EQ(ClientTemplate::parse_directory("{mac}/{uuid}").error(),
            "{uuid}, {arch} and {hostname} are not known when a file is asked for");
}

TEST(ClientTemplate, LeavesRoomForAName) {
  EXPECT_TRUE(ClientTemplate::parse_directory(std::string(255 - 17 - 2, 'a') + "{mac}"));
  EXPECT_EQ(ClientTemplate::parse_directory(std::string(255 - 17 - 1, 'a') + "{mac}").error(),
            "it leaves no room for a file's name");
}

}  // namespace
}  // namespace stentor::config
