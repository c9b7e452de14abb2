// SPDX-License-Identifier: BSD-3-Clause
#include "base/hex.h"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

TEST(HexDigit, ReadsBothCasesAndNothingElse) {
  int digits = 0;
  for (int c = 0; c < 256; ++c) digits += hex_digit(static_cast<char>(c)).has_value();
  EXPECT_EQ(digits, 10 + 6 + 6);
  for (std::uint8_t value = 0; value < 16; ++value) {
    EXPECT_EQ(hex_digit(kHexDigits[value]), value);
  }
  EXPECT_EQ(hex_digit('F'), 15);
}

TEST(HexByte, TakesTheHighDigitFirst) {
  EXPECT_EQ(hex_byte('a', '5'), 0xa5);
  EXPECT_EQ(hex_byte('g', '5'), std::nullopt);
  EXPECT_EQ(hex_byte('a', ':'), std::nullopt);
}

}  // namespace
}  // namespace stentor::base
