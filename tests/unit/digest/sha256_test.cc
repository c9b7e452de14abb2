// SPDX-License-Identifier: BSD-3-Clause
// Goal: hashes survive the way to text and back, and nothing but 64 digits is taken for one.
#include "digest/sha256.h"

#include <gtest/gtest.h>

namespace stentor::digest {
namespace {

TEST(Sha256Text, GoesThereAndBack) {
  Sha256 hash;
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(i * 9);
  const std::string text = hex_of(hash);
  EXPECT_EQ(text.substr(0, 8), "0009121b");
  EXPECT_EQ(parse_hex(text), hash);
}

TEST(Sha256Text, TakesUpperCase) {
  EXPECT_EQ(parse_hex(std::string(64, 'F')), parse_hex(std::string(64, 'f')));
}

TEST(Sha256Text, RefusesAllElse) {
  EXPECT_FALSE(parse_hex(""));
  EXPECT_FALSE(parse_hex(std::string(63, '0')));
  EXPECT_FALSE(parse_hex(std::string(65, '0')));
  EXPECT_FALSE(parse_hex(std::string(63, '0') + "g"));
  EXPECT_FALSE(parse_hex(" " + std::string(63, '0')));
}

}  // namespace
}  // namespace stentor::digest
