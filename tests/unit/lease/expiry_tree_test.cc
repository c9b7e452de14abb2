// SPDX-License-Identifier: BSD-3-Clause
// Goal: nothing that has expired is overlooked, and looking costs what was found, not the pool.
#include "lease/expiry_tree.h"

#include <gtest/gtest.h>
#include <vector>

#include "base/random.h"

namespace stentor::lease {
namespace {

struct Tree {
  explicit Tree(std::uint32_t records)
      : hints(ExpiryTree::hints_for(records)),
        tree(hints, records),
        expiries(records, kNeverSecond) {}

  void set(std::uint32_t index, Second expiry) {
    expiries[index] = expiry;
    tree.lower(index, expiry);
  }

  // Everything that has expired at `now`, collected.
  std::size_t collect_all(Second now, std::size_t budget = SIZE_MAX) {
    std::size_t total = 0;
    for (;;) {
      bool collected = false;
      tree.collect(now, budget, collected, [&](std::uint32_t index) {
        ++looks;
        if (expiries[index] > now) return expiries[index];
        expiries[index] = kNeverSecond;
        collected = true;
        ++total;
        return kNeverSecond;
      });
      if (!collected) return total;
    }
  }

  std::vector<std::atomic<std::uint64_t>> hints;
  ExpiryTree tree;
  std::vector<Second> expiries;
  std::size_t looks = 0;
};

TEST(ExpiryTree, OfZeroBytesNeverExpires) {
  Tree tree(1);
  EXPECT_EQ(tree.tree.earliest(), kNeverSecond);
  EXPECT_EQ(tree.collect_all(kNeverSecond - 1), 0u);
  EXPECT_EQ(tree.looks, 0u);
}

TEST(ExpiryTree, FindsWhatExpiredAndNothingElse) {
  for (const std::uint32_t records : {1u, 15u, 16u, 17u, 1024u, 1025u, 70'000u}) {
    Tree tree(records);
    tree.set(0, 10);
    tree.set(records - 1, 20);
    if (records == 1) tree.set(0, 10);
    EXPECT_EQ(tree.tree.earliest(), records == 1 ? 10u : 10u);
    EXPECT_EQ(tree.collect_all(9), 0u) << records;
    EXPECT_EQ(tree.collect_all(10), 1u) << records;
    EXPECT_EQ(tree.collect_all(19), 0u) << records;
    EXPECT_EQ(tree.collect_all(20), records == 1 ? 0u : 1u) << records;
    EXPECT_EQ(tree.tree.earliest(), kNeverSecond) << records;
  }
}

TEST(ExpiryTree, AgreesWithAPlainSearchOverRandomChanges) {
  base::Random random(7);
  Tree tree(5000);
  for (Second now = 1; now < 400; ++now) {
    for (int i = 0; i < 50; ++i) {
      tree.set(static_cast<std::uint32_t>(random.below(5000)),
               now + static_cast<Second>(random.below(100)));
    }
    std::size_t expired = 0;
    for (const Second expiry : tree.expiries) expired += expiry <= now ? 1u : 0u;
    ASSERT_EQ(tree.collect_all(now), expired) << "at " << now;
  }
}

TEST(ExpiryTree, LooksOnceAtARecordWhoseExpiryMovedAway) {
  Tree tree(100'000);
  for (std::uint32_t i = 0; i < 100'000; ++i) tree.set(i, 60);
  for (std::uint32_t i = 0; i < 100'000; ++i) tree.set(i, 1000);
  EXPECT_EQ(tree.collect_all(60), 0u);
  EXPECT_LE(tree.looks, 100'000u);
  tree.looks = 0;
  EXPECT_EQ(tree.collect_all(999), 0u);
  EXPECT_EQ(tree.looks, 0u);
  EXPECT_EQ(tree.collect_all(1000), 100'000u);
}

TEST(ExpiryTree, StopsWhenTheBudgetIsSpentAndGoesOnLater) {
  Tree tree(1000);
  for (std::uint32_t i = 0; i < 1000; ++i) tree.set(i, 60);
  for (std::uint32_t i = 0; i < 1000; ++i) tree.set(i, 100);
  tree.expiries[999] = 50;
  std::size_t calls = 0;
  while (tree.collect_all(60, 32) == 0 && calls < 100) ++calls;
  EXPECT_EQ(tree.expiries[999], kNeverSecond);
  EXPECT_GT(calls, 10u);
  EXPECT_LE(tree.looks, 1100u);
}

TEST(ExpiryTree, StaysLowWhenARecordChangesDuringTheScan) {
  Tree tree(64);
  tree.set(3, 5);
  std::size_t budget = SIZE_MAX;
  bool collected = false;
  // While the scan stands at record 10, record 3, which it has passed, gets an early expiry.
  tree.tree.collect(5, budget, collected, [&](std::uint32_t index) {
    if (index == 3) tree.expiries[3] = kNeverSecond;
    if (index == 10) tree.set(3, 7);
    return tree.expiries[index];
  });
  EXPECT_LE(tree.tree.earliest(), 7u);
  EXPECT_EQ(tree.collect_all(7), 1u);
}

}  // namespace
}  // namespace stentor::lease
