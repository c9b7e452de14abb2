// SPDX-License-Identifier: BSD-3-Clause
// Goal: a time goes to disk and comes back no earlier than it was, less than a second later, and
// no number overflows.
#include "store/clock_pair.h"

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ClockPair, RoundsUpToWholeSeconds) {
  const ClockPair clocks = clocks_after(milliseconds{300});
  for (const auto ahead :
       {milliseconds{0}, milliseconds{700}, milliseconds{701}, milliseconds{-5000}}) {
    const base::Time time = clocks.monotonic + ahead;
    const auto back = clocks.time_of(clocks.second_of(time));
    EXPECT_GE(back, time);
    EXPECT_LT(back, time + seconds{1});
  }
  EXPECT_EQ(clocks.second_of(clocks.monotonic + milliseconds{700}), kUtcStart + 1);
  EXPECT_EQ(clocks.second_of(clocks.monotonic + milliseconds{701}), kUtcStart + 2);
}

TEST(ClockPair, KnowsNever) {
  const ClockPair clocks = clocks_after({});
  EXPECT_EQ(clocks.second_of(base::kNever), std::nullopt);
  EXPECT_EQ(clocks.time_of(std::nullopt), base::kNever);
}

TEST(ClockPair, TakesAnyNumberThatAFileMaySay) {
  const ClockPair clocks = clocks_after({});
  EXPECT_EQ(clocks.time_of(INT64_MAX), base::kNever);
  EXPECT_LT(clocks.time_of(INT64_MIN), clocks.monotonic);
  EXPECT_LT(clocks.time_of(0), base::Time{}) << "before the machine's start";
}

TEST(ClockPair, ReadsBothClocks) {
  const ClockPair a = ClockPair::now();
  EXPECT_GT(a.second(), 1'600'000'000);
  EXPECT_LE(a.monotonic, base::MonotonicClock::now());
}

}  // namespace
}  // namespace stentor::store
