// SPDX-License-Identifier: BSD-3-Clause
// Goal: every option has one name and one owner.
#include "config/option_definition.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace stentor::config {
namespace {

TEST(OptionDefinition, HasEveryCodeAndNameOnce) {
  std::set<std::uint8_t> codes;
  std::set<std::string_view> names;
  for (const OptionDefinition& definition : option_definitions()) {
    EXPECT_TRUE(codes.insert(definition.code).second) << definition.name;
    EXPECT_TRUE(names.insert(definition.name).second) << definition.name;
  }
  for (const OwnedOption& owned : owned_options()) {
    EXPECT_TRUE(codes.insert(owned.code).second) << owned.name;
    EXPECT_TRUE(names.insert(owned.name).second) << owned.name;
  }
}

TEST(OptionDefinition, LeavesToTheServerWhatTheServerMakes) {
  for (int code = 50; code <= 61; ++code) {
    EXPECT_NE(find_owned_option(static_cast<std::uint8_t>(code)), nullptr) << code;
  }
  for (const int code : {1, 66, 67, 82, 93, 94, 97}) {
    EXPECT_NE(find_owned_option(static_cast<std::uint8_t>(code)), nullptr) << code;
  }
}

TEST(OptionDefinition, IsFoundByNameAndByCode) {
  ASSERT_NE(find_option("ntp-servers"), nullptr);
  EXPECT_EQ(find_option("ntp-servers")->code, 42);
  EXPECT_EQ(find_option(std::uint8_t{42}), find_option("ntp-servers"));
  EXPECT_EQ(find_option("ntp"), nullptr);
  EXPECT_EQ(find_option(std::uint8_t{224}), nullptr);
}

}  // namespace
}  // namespace stentor::config
