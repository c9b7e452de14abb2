// SPDX-License-Identifier: BSD-3-Clause
// Goal: records are given to ever larger blocks of addresses, the one that is asked for in them,
// and never to so many that there is no room for others.
#include "spare_block.h"

#include <gtest/gtest.h>

namespace stentor {
namespace {

using wire::Ipv4Address;

constexpr Ipv4Address kAddress{0x0a63'c3e7};

TEST(SpareBlock, BeginsWithTheNeighboursOfTheAddress) {
  EXPECT_EQ(next_spare_block(kAddress, 0), (SpareBlock{Ipv4Address{0x0a63'c300}, 256}));
  EXPECT_EQ(next_spare_block(kAddress, 511), (SpareBlock{Ipv4Address{0x0a63'c300}, 256}));
}

TEST(SpareBlock, GrowsWithThoseThatThereAre) {
  EXPECT_EQ(next_spare_block(kAddress, 512), (SpareBlock{Ipv4Address{0x0a63'c200}, 512}));
  EXPECT_EQ(next_spare_block(kAddress, 3'000), (SpareBlock{Ipv4Address{0x0a63'c000}, 2'048}));
  EXPECT_EQ(next_spare_block(kAddress, 30'000), (SpareBlock{Ipv4Address{0x0a63'c000}, 4'096}));
}

TEST(SpareBlock, LeavesRoom) {
  EXPECT_EQ(next_spare_block(kAddress, kSpareAddressesMax - 3'000).count, 2'048);
  EXPECT_EQ(next_spare_block(kAddress, kSpareAddressesMax - 1).count, 256);
  for (const std::size_t spare : {kSpareAddressesMax, kSpareAddressesMax + 255}) {
    EXPECT_EQ(next_spare_block(kAddress, spare), (SpareBlock{kAddress, 1}));
  }
}

TEST(SpareBlock, HasTheAddressInIt) {
  for (std::size_t spare = 0; spare < kSpareAddressesMax; spare += 251) {
    const SpareBlock block = next_spare_block(kAddress, spare);
    EXPECT_LE(block.first.host(), kAddress.host());
    EXPECT_LT(kAddress.host() - block.first.host(), block.count);
  }
}

TEST(SpareBlock, TakesTenThousandNeighboursInElevenSteps) {
  std::uint32_t steps = 0;
  std::uint32_t next = 0x0a63'c001;
  for (std::size_t spare = 0; next < 0x0a63'c001 + 10'000; ++steps) {
    const SpareBlock block = next_spare_block(Ipv4Address{next}, spare);
    // Those before it have records already.
    const std::uint32_t end = block.first.host() + block.count;
    spare += end - next;
    next = end;
  }
  EXPECT_EQ(steps, 11U);
}

}  // namespace
}  // namespace stentor
