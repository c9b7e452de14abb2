// SPDX-License-Identifier: BSD-3-Clause
// Goal: a search finds the rate up to which trials hold, in few of them, and always ends.
#include "rate_search.h"

#include <gtest/gtest.h>

namespace stentor::rig {
namespace {

using Trial = RateSearch::Trial;

struct Found {
  double rate = 0;
  int trials = 0;
};

// A server that holds every rate up to `capacity`.
Found find(double capacity) {
  RateSearch search;
  Found found;
  while (const auto rate = search.next()) {
    search.note(*rate, *rate <= capacity ? Trial::held : Trial::lost);
    if (++found.trials == 100) break;
  }
  found.rate = search.highest();
  return found;
}

TEST(RateSearch, ComesWithinATwentiethFromBelow) {
  for (const double capacity : {1.1, 5.0, 99.0, 100.0, 137.0, 12'345.0, 2e6}) {
    const Found found = find(capacity);
    EXPECT_LE(found.rate, capacity);
    EXPECT_GE(found.rate * RateSearch::kPrecision, capacity * 0.999) << capacity;
    EXPECT_LT(found.trials, 30) << capacity;
  }
}

TEST(RateSearch, EndsWhereNothingHolds) {
  const Found found = find(0);
  EXPECT_EQ(found.rate, 0);
  EXPECT_LT(found.trials, 20);
}

TEST(RateSearch, SaysWhetherTheNextHigherRateWasTheRigs) {
  RateSearch search;
  search.note(800, Trial::held);
  EXPECT_FALSE(search.is_rigs_limit());
  search.note(1600, Trial::rig_short);
  EXPECT_TRUE(search.is_rigs_limit());
  EXPECT_TRUE(search.next()) << "what lies between may hold";
  search.note(1131, Trial::lost);
  EXPECT_FALSE(search.is_rigs_limit()) << "the server failed at less than the rig offers";
  search.note(1600, Trial::rig_short);
  EXPECT_FALSE(search.is_rigs_limit());
}

TEST(RateSearch, AServerThatIsFickleDoesNotKeepItForEver) {
  // Fails at a low rate after it has held a higher one.
  RateSearch search;
  search.note(400, Trial::held);
  search.note(100, Trial::lost);
  EXPECT_FALSE(search.next());
  EXPECT_EQ(search.highest(), 400);
}

}  // namespace
}  // namespace stentor::rig
