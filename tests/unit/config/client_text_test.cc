// SPDX-License-Identifier: BSD-3-Clause
// Goal: every word is written as it says, and nothing is written where one is not known.
#include "config/client_text.h"

#include <array>
#include <gtest/gtest.h>

namespace stentor::config {
namespace {

const ClientValues kValues{.mac = wire::MacAddress{{0xb8, 0x27, 0xeb, 0x01, 0x02, 0x0f}},
                           .address = wire::Ipv4Address{0xc000025b},
                           .serial = 0x0ffefdef,
                           .uuid = "4c4c4544-0042-3510-8052-b4c04f4d3732",
                           .architecture = "efi-x64",
                           .hostname = "node9"};

std::string written(std::string_view text, const ClientValues& values = kValues) {
  std::array<char, 64> buffer;
  const auto made = write_client_text(*ClientTemplate::parse(text), values, buffer);
  return made ? std::string(*made) : "none";
}

TEST(ClientText, SpellsEveryWord) {
  EXPECT_EQ(written("{mac}"), "b8-27-eb-01-02-0f");
  EXPECT_EQ(written("{mac:colons}"), "b8:27:eb:01:02:0f");
  EXPECT_EQ(written("{mac:hex}"), "b827eb01020f");
  EXPECT_EQ(written("{address}"), "192.0.2.91");
  EXPECT_EQ(written("{address:hex}"), "C000025B");
  EXPECT_EQ(written("{serial}"), "0ffefdef");
  EXPECT_EQ(written("{uuid}"), "4c4c4544-0042-3510-8052-b4c04f4d3732");
  EXPECT_EQ(written("{arch}"), "efi-x64");
  EXPECT_EQ(written("{hostname}"), "node9");
  EXPECT_EQ(written("a{{b{arch}/{serial}c"), "a{befi-x64/0ffefdefc");
  EXPECT_EQ(written("plain"), "plain");
}

TEST(ClientText, IsNoneWithoutWhatItAsksFor) {
  for (const ClientWordName& name : kClientWords) {
    EXPECT_EQ(written("a" + std::string(name.written), {}), "none") << name.written;
  }
}

TEST(ClientText, IsNoneWhereItDoesNotFit) {
  EXPECT_EQ(written(std::string(57, 'a') + "{arch}").size(), 64u);
  EXPECT_EQ(written(std::string(58, 'a') + "{arch}"), "none");
  EXPECT_EQ(written("{arch}" + std::string(58, 'a')), "none");
}

}  // namespace
}  // namespace stentor::config
