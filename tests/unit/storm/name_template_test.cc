// SPDX-License-Identifier: BSD-3-Clause
// Goal: names of files with words in them that stand for the machine that asks.
#include "storm/name_template.h"

#include <gtest/gtest.h>

namespace stentor::storm {
namespace {

const client::Asker kAsker{.identity = {.mac = {{0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd}},
                                        .uuid = {0xb8, 0x94, 0x59, 0x08, 0xd6, 0xa6, 0x41, 0xa9,
                                                 0x61, 0x1d, 0x74, 0xa6, 0xab, 0x80, 0xb8, 0x3d}},
                           .address = wire::Ipv4Address{0xc000025b}};

std::string written(std::string_view text) {
  const auto made = NameTemplate::parse(text);
  if (!made) return made.error();
  std::string out(made->bytes_max(), '#');
  out.resize(made->write(kAsker, out));
  return out;
}

TEST(NameTemplate, WritesEachWordAndWhatStandsAround) {
  EXPECT_EQ(written("grub.cfg-01-{mac}"), "grub.cfg-01-88-99-aa-bb-cc-dd");
  EXPECT_EQ(written("{mac:colons}.ipxe"), "88:99:aa:bb:cc:dd.ipxe");
  EXPECT_EQ(written("mac-{mac:hex}.ipxe"), "mac-8899aabbccdd.ipxe");
  EXPECT_EQ(written("{uuid}"), "b8945908-d6a6-41a9-611d-74a6ab80b83d");
  EXPECT_EQ(written("a/{ip}/{ip:hex}/b"), "a/192.0.2.91/C000025B/b");
  EXPECT_EQ(written("{ip}{ip}"), "192.0.2.91192.0.2.91");
}

TEST(NameTemplate, ANameWithoutWordsIsFixed) {
  const auto fixed = NameTemplate::parse("kernel {{x} }}").value();
  EXPECT_TRUE(fixed.is_fixed());
  EXPECT_EQ(fixed.tail(), "kernel {x} }}");
  EXPECT_EQ(written("{{mac}"), "{mac}");
  EXPECT_FALSE(NameTemplate::parse("{mac}").value().is_fixed());
}

TEST(NameTemplate, AWordThatStandsForNothingIsRefused) {
  for (const auto& [text, word] : {std::pair("a{serial}b", "'{serial}'"),
                                   {"{", "'{'"},
                                   {"{mac", "'{mac'"},
                                   {"x{MAC}", "'{MAC}'"}}) {
    const auto made = NameTemplate::parse(text);
    ASSERT_FALSE(made) << text;
    EXPECT_NE(made.error().find(std::string(word) + " stands for nothing"), std::string::npos)
        << made.error();
    EXPECT_NE(made.error().find("{ip:hex}"), std::string::npos) << made.error();
  }
}

TEST(NameTemplate, TheLongestNameThatItMakesHasAnEnd) {
  // Goal: 255 bytes, with the machine's words at their longest.
  const auto longest = NameTemplate::parse(std::string(219, 'x') + "{uuid}");
  ASSERT_TRUE(longest);
  EXPECT_EQ(longest->bytes_max(), kNameBytesMax);
  const auto over = NameTemplate::parse(std::string(220, 'x') + "{uuid}");
  ASSERT_FALSE(over);
  EXPECT_NE(over.error().find("at most 255 bytes, and here it may have 256"), std::string::npos);
}

}  // namespace
}  // namespace stentor::storm
