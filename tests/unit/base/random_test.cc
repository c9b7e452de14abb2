// SPDX-License-Identifier: BSD-3-Clause
// Goal: one seed gives one sequence, bounds hold, and chances come out near their probability.
#include "base/random.h"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

TEST(Random, RepeatsItsSequenceForTheSameSeed) {
  Random first(7), second(7), other(8);
  const std::uint64_t value = first.next();
  EXPECT_EQ(value, second.next());
  EXPECT_NE(value, other.next());
}

TEST(Random, StaysBelowItsBoundAndReachesAllOfIt) {
  Random random(1);
  std::array<int, 5> seen{};
  for (int i = 0; i < 1000; ++i) ++seen.at(random.below(5));
  for (const int count : seen) EXPECT_GT(count, 100);
}

TEST(Random, HonoursProbabilities) {
  Random random(3);
  int hits = 0;
  for (int i = 0; i < 10000; ++i) hits += random.chance(0.05) ? 1 : 0;
  EXPECT_NEAR(hits, 500, 150);
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1));
}

}  // namespace
}  // namespace stentor::base
