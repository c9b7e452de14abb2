// SPDX-License-Identifier: BSD-3-Clause
// Goal: each address is counted once, as what it is, whether the table is counted whole or in
// pieces.
#include "table_fixture.h"

namespace stentor::lease {
namespace {

TEST_F(TableTest, CensusCountsEachStateAndWhatHasExpiredAsFree) {
  make(40);
  ASSERT_TRUE(offer(1, start));
  lease(2, start, minutes{60});
  lease(3, start, minutes{60});
  ASSERT_TRUE(table().decline(owner(4), offer(4, start)->address, start, minutes{10}));
  auto census = table().census(start);
  EXPECT_EQ(census.offered, 1u);
  EXPECT_EQ(census.bound, 2u);
  EXPECT_EQ(census.declined, 1u);
  EXPECT_EQ(census.free, 36u);
  census = table().census(start + minutes{30});
  EXPECT_EQ(census.free, 38u);
  EXPECT_EQ(census.bound, 2u);
}

// Pools 10.0.0.0 to .9 and 10.0.0.20 to .29; reserved are one address of the first, and .40.
TEST_F(TableTest, CensusTellsReservedFromFree) {
  const std::vector<wire::Ipv4Address> reserved{ip(3), ip(40)};
  OwnTable mixed({{ip(0), ip(9)}, {ip(20), ip(29)}}, reserved);
  EXPECT_EQ(mixed.table.census(start).free, 19u);
  EXPECT_EQ(mixed.table.census(start).reserved, 2u);
  ASSERT_TRUE(mixed.table.offer_reserved(owner(1), ip(40), start, minutes{1}));
  EXPECT_EQ(mixed.table.census(start).offered, 1u);
  EXPECT_EQ(mixed.table.census(start).reserved, 1u);
}

TEST_F(TableTest, CensusInPiecesIsTheWhole) {
  const std::vector<wire::Ipv4Address> reserved{ip(3), ip(40)};
  OwnTable mixed({{ip(0), ip(9)}, {ip(20), ip(29)}}, reserved);
  for (const std::uint32_t records : {1u, 3u, 10u, 11u, 100u}) {
    Table::Census sum;
    unsigned pieces = 0;
    for (std::optional from = ip(0); from; ++pieces) {
      const auto piece = mixed.table.census(*from, ip(255), records, start);
      EXPECT_LE(piece.census.size(), records);
      sum += piece.census;
      from = piece.next;
    }
    EXPECT_EQ(sum.size(), 21u) << records;
    EXPECT_EQ(pieces, (21 + records - 1) / records) << records;
  }
}

TEST_F(TableTest, CensusOfARangeHasItsEnds) {
  OwnTable mixed({{ip(0), ip(9)}, {ip(20), ip(29)}});
  const auto size_of = [&](std::uint32_t first, std::uint32_t last) {
    return mixed.table.census(ip(first), ip(last), 100, start).census.size();
  };
  EXPECT_EQ(size_of(9, 20), 2u);
  EXPECT_EQ(size_of(10, 19), 0u);
  EXPECT_EQ(size_of(5, 5), 1u);
  EXPECT_EQ(size_of(30, 255), 0u);
}

}  // namespace
}  // namespace stentor::lease
