// SPDX-License-Identifier: BSD-3-Clause
// Goal: slots come out oldest first, each once, over many rounds and with several threads.
#include "lease/free_ring.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace stentor::lease {
namespace {

using Cells = std::vector<std::atomic<std::uint64_t>>;

TEST(FreeRing, OfZeroBytesHoldsEverySlotInOrder) {
  Cells cells(5);
  FreeRing ring(cells);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(ring.pop(), i);
  EXPECT_EQ(ring.pop(), std::nullopt);
}

TEST(FreeRing, GivesBackOldestFirstOverManyRounds) {
  Cells cells(3);
  FreeRing ring(cells);
  for (std::uint32_t i = 0; i < 3; ++i) ASSERT_EQ(ring.pop(), i);
  for (int round = 0; round < 1000; ++round) {
    ring.push(2);
    ring.push(0);
    ASSERT_EQ(ring.pop(), 2u);
    ring.push(1);
    ASSERT_EQ(ring.pop(), 0u);
    ASSERT_EQ(ring.pop(), 1u);
    ASSERT_EQ(ring.pop(), std::nullopt);
  }
}

TEST(FreeRing, OfOneSlotWorks) {
  Cells cells(1);
  FreeRing ring(cells);
  for (int round = 0; round < 100; ++round) {
    ASSERT_EQ(ring.pop(), 0u);
    ASSERT_EQ(ring.pop(), std::nullopt);
    ring.push(0);
  }
}

TEST(FreeRingDeathTest, RefusesMoreSlotsThanItHasCells) {
  Cells cells(2);
  FreeRing ring(cells);
  EXPECT_DEATH(ring.push(0), "does not hold");
}

TEST(FreeRing, NeverGivesOneSlotToTwoThreads) {
  Cells cells(4);
  FreeRing ring(cells);
  std::vector<std::atomic<int>> holders(4);
  std::atomic<int> violations{0};
  const auto work = [&] {
    for (int i = 0; i < 20'000; ++i) {
      const auto slot = ring.pop();
      if (!slot) continue;
      if (holders[*slot].fetch_add(1) != 0) ++violations;
      holders[*slot].fetch_sub(1);
      ring.push(*slot);
    }
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(violations, 0);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.pop());
  EXPECT_FALSE(ring.pop());
}

}  // namespace
}  // namespace stentor::lease
