// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/option_set.h"

#include <gtest/gtest.h>

namespace stentor::dhcp {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(OptionSet, finds_nothing_when_empty) {
  // Goal: a scope without options is the usual case.
  const OptionSet set;
  EXPECT_TRUE(set.empty());
  for (int code = 0; code < 256; ++code) {
    ASSERT_EQ(set.find(static_cast<std::uint8_t>(code)), nullptr);
  }
}

TEST(OptionSet, holds_each_option_ready_to_send) {
  // Goal: code, length and value stand behind each other; past 255 bytes in parts (RFC 3396).
  const OptionSet set({{.code = 6, .value = {10, 0, 0, 53}, .always = true},
                       {.code = 224, .value = Bytes(300, 7)}});
  EXPECT_EQ(set.find(6)->bytes, (Bytes{6, 4, 10, 0, 0, 53}));
  EXPECT_TRUE(set.find(6)->always);
  EXPECT_EQ(set.find(224)->bytes.size(), 304U);
  EXPECT_EQ(set.find(224)->bytes[257], 224);
  EXPECT_EQ(set.find(224)->bytes[258], 45);
}

TEST(OptionSet, inherits_what_it_has_not) {
  // Goal: what the narrower scope says stays, "nothing" too; what any scope sends always is sent
  // always.
  OptionSet set({{.code = 6, .value = {1, 1, 1, 1}}, {.code = 42, .value = {}, .is_none = true}});
  set.inherit(OptionSet({{.code = 3, .value = {9, 9, 9, 9}},
                         {.code = 6, .value = {2, 2, 2, 2}, .always = true},
                         {.code = 42, .value = {3, 3, 3, 3}}}));
  ASSERT_EQ(set.options().size(), 3U);
  EXPECT_EQ(set.find(3)->bytes, (Bytes{3, 4, 9, 9, 9, 9}));
  EXPECT_EQ(set.find(6)->bytes, (Bytes{6, 4, 1, 1, 1, 1}));
  EXPECT_TRUE(set.find(6)->always);
  EXPECT_TRUE(set.find(42)->bytes.empty());
}

TEST(OptionSet, takes_every_code_there_is) {
  // Goal: 254 options fit the place table.
  std::vector<config::DhcpOption> options;
  for (int code = 1; code < 255; ++code) {
    options.push_back({.code = static_cast<std::uint8_t>(code), .value = {1}});
  }
  const OptionSet set(options);
  for (int code = 1; code < 255; ++code) {
    ASSERT_EQ(set.find(static_cast<std::uint8_t>(code))->code, code);
  }
}

TEST(OptionScopes, looks_into_the_narrowest_first) {
  // Goal: the first set that names an option decides; sets without options take no place.
  const OptionSet host({{.code = 6, .value = {1, 1, 1, 1}}});
  const OptionSet subnet({{.code = 3, .value = {4, 4, 4, 4}}, {.code = 6, .value = {2, 2, 2, 2}}});
  const OptionSet none;
  OptionScopes scopes;
  scopes.add(nullptr);
  scopes.add(&none);
  EXPECT_EQ(scopes.find(6), nullptr);
  scopes.add(&host);
  scopes.add(&subnet);
  EXPECT_EQ(scopes.sets().size(), 2U);
  EXPECT_EQ(scopes.find(6), host.find(6));
  EXPECT_EQ(scopes.find(3), subnet.find(3));
  EXPECT_EQ(scopes.find(7), nullptr);
}

}  // namespace
}  // namespace stentor::dhcp
