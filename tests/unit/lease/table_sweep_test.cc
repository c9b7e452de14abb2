// SPDX-License-Identifier: BSD-3-Clause
// Goal: sweeping returns what has expired, and nothing else, within its budget.
#include "table_fixture.h"

namespace stentor::lease {
namespace {

TEST_F(TableTest, SweepFreesWhatHasExpiredAndItsOwnerStillFindsIt) {
  make(4);
  lease(1, start, minutes{1});
  lease(2, start, minutes{2});
  table().sweep(start + minutes{1}, 100);
  EXPECT_EQ(table().at(ip(1))->state, State::free);
  EXPECT_EQ(table().at(ip(2))->state, State::bound);
  EXPECT_EQ(table().find(owner(1))->address, ip(1));
  EXPECT_EQ(offer(1, start + minutes{1})->address, ip(1));
}

TEST_F(TableTest, SweepLeavesWhatIsInUse) {
  make(4);
  lease(1, start, minutes{1});
  table().touch(ip(1), start + minutes{1});
  table().sweep(start + minutes{2}, 100);
  EXPECT_EQ(table().at(ip(1))->state, State::bound);
  table().sweep(start + minutes{3}, 100);
  EXPECT_EQ(table().at(ip(1))->state, State::free);
}

TEST_F(TableTest, SweepLooksAtFewRecordsACallAndReachesAll) {
  make(1000);
  for (std::uint64_t number = 1; number <= 1000; ++number) lease(number, start, minutes{1});
  const base::Time later = start + minutes{1};
  const auto bound = [&] {
    std::uint64_t count = 0;
    for (std::uint32_t host = 1; host <= 1000; ++host) {
      if (table().at(ip(host))->state == State::bound) ++count;
    }
    return count;
  };
  table().sweep(later, 100);
  EXPECT_GE(bound(), 1000u - 100u - 16u);
  EXPECT_LE(bound(), 1000u - 80u);
  for (int i = 0; i < 12; ++i) table().sweep(later, 100);
  EXPECT_EQ(bound(), 0u);
}

TEST_F(TableTest, SweepReachesEveryPool) {
  std::vector<PoolRange> ranges;
  pools.clear();
  for (std::uint32_t i = 0; i < 50; ++i) {
    ranges.push_back({ip(i * 100), ip(i * 100 + 9)});
    pools.push_back(static_cast<PoolId>(i));
  }
  own = std::make_unique<OwnTable>(ranges);
  for (std::uint64_t number = 1; number <= 500; ++number) lease(number, start, minutes{1});
  for (int i = 0; i < 50; ++i) table().sweep(start + minutes{1}, 20);
  for (std::uint32_t i = 0; i < 50; ++i) {
    EXPECT_EQ(table().at(ip(i * 100 + 9))->state, State::free) << "pool " << i;
  }
}

}  // namespace
}  // namespace stentor::lease
