// SPDX-License-Identifier: BSD-3-Clause
// Goal: the hashes are SipHash-2-4 to the bit. Inputs are 00 01 02 .. under the key 00 01 .. 0f, as
// in the algorithm's own published test vectors.
#include "base/siphash.h"

#include <array>
#include <gtest/gtest.h>
#include <numeric>

namespace stentor::base {
namespace {

constexpr HashKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

TEST(Siphash, MatchesThePublishedVectors) {
  std::array<std::uint8_t, 15> input{};
  std::iota(input.begin(), input.end(), std::uint8_t{0});
  EXPECT_EQ(siphash64(kKey, {}), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(siphash64(kKey, input), 0xa129ca6149be45e5u);
  const Hash128 empty = siphash128(kKey, {});
  EXPECT_EQ(empty.low, 0xe6a825ba047f81a3u);
  EXPECT_EQ(empty.high, 0x930255c71472f66du);
}

TEST(Siphash, DependsOnTheKey) {
  const std::array<std::uint8_t, 6> mac{1, 2, 3, 4, 5, 6};
  EXPECT_NE(siphash64(kKey, mac), siphash64(HashKey{1, 2}, mac));
}

}  // namespace
}  // namespace stentor::base
