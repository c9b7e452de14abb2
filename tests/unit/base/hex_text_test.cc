// SPDX-License-Identifier: BSD-3-Clause
// Goal: bytes read as people write them.
#include "base/hex_text.h"

#include <array>
#include <gtest/gtest.h>

namespace stentor::base {
namespace {

TEST(HexText, HasTwoDigitsAByteAndWhatStandsBetweenThem) {
  constexpr std::array<std::uint8_t, 4> kBytes{0x00, 0x0a, 0xb0, 0xff};
  EXPECT_EQ(hex_text(kBytes), "000ab0ff");
  EXPECT_EQ(hex_text(kBytes, ":"), "00:0a:b0:ff");
  EXPECT_EQ(hex_text(Bytes(kBytes).first(1), ":"), "00");
  EXPECT_EQ(hex_text({}, ":"), "");
}

}  // namespace
}  // namespace stentor::base
