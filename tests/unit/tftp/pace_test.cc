// SPDX-License-Identifier: BSD-3-Clause
// Goal: blocks leave as far apart as the network takes them, and without a pause where it takes
// them all.
#include "tftp/pace.h"

#include <gtest/gtest.h>

namespace stentor::tftp {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kStart{1h};
// Of 1,468 bytes at 1 Gb/s: with all that is around it 1,538 bytes.
constexpr std::uint32_t kGigabitNs = 12'304;
// Learns, and begins at 1 Gb/s: a quarter of what is said.
constexpr PaceRule kAtAGigabit{.bits_per_second = 4'000'000'000};

TEST(Pace, SpreadsTheFirstWindowFourTimesAsWideAsAGigabitPortTakesIt) {
  EXPECT_EQ(Pace({}, 1468, 64, kStart).interval_ns(), 4 * kGigabitNs);
  EXPECT_EQ(Pace({.learns = false, .bits_per_second = 100'000'000}, 1468, 2, kStart).interval_ns(),
            10 * kGigabitNs);
}

TEST(Pace, HasNothingToSpreadInLockStepOrWhereThereIsNone) {
  EXPECT_EQ(Pace({}, 1468, Pace::kShortWindow, kStart).interval_ns(), 0u);
  EXPECT_EQ(Pace({}, 1468, 1, kStart).interval_ns(), 0u);
  EXPECT_EQ(Pace({.learns = false, .bits_per_second = 0}, 1468, 64, kStart).interval_ns(), 0u);
  EXPECT_EQ(
      Pace({.learns = false, .bits_per_second = 400'000'000'000}, 1468, 64, kStart).interval_ns(),
      0u);
  Pace none({.learns = false, .bits_per_second = 0}, 1468, 64, kStart);
  none.note_sent(kStart);
  EXPECT_EQ(none.due(kStart), kStart);
}

TEST(Pace, HoldsBackALockStepClientAtAFixedRate) {
  // 100 Mb/s: a block each 123 us, whether its client answers sooner or later.
  Pace pace({.learns = false, .bits_per_second = 100'000'000}, 1468, 1, kStart);
  EXPECT_EQ(pace.interval_ns(), 10 * kGigabitNs);
  base::Time now = kStart;
  for (int i = 0; i < 100; ++i) {
    pace.begin_window(now);
    now = pace.due(now);
    pace.note_sent(now);
    now += 20us;  // until its ACK
  }
  EXPECT_NEAR(static_cast<double>((now - kStart).count()), 99.0 * 10 * kGigabitNs, 100'000);
}

TEST(Pace, LetsABlockLeaveAnIntervalAfterTheOneBefore) {
  Pace pace(kAtAGigabit, 1468, 64, kStart);
  EXPECT_EQ(pace.due(kStart), kStart);
  pace.note_sent(kStart);
  EXPECT_NEAR(static_cast<double>((pace.due(kStart) - kStart).count()), kGigabitNs, 32);
  EXPECT_EQ(pace.due(kStart + 13us), kStart + 13us);
}

TEST(Pace, KeepsItsRateWhenItIsServedLate) {
  Pace pace(kAtAGigabit, 1468, 64, kStart);
  base::Time now = kStart;
  for (int i = 0; i < 1000; ++i) {
    pace.note_sent(now);
    now = pace.due(now) - 2us;  // the worker's stretch of time is that long
  }
  EXPECT_NEAR(static_cast<double>((now - kStart).count()), 1000.0 * kGigabitNs, 100'000);
}

TEST(Pace, MakesUpForATurnThatCameLateButForNoMoreThanAFewBlocks) {
  Pace pace(kAtAGigabit, 1468, 64, kStart);
  pace.note_sent(kStart);
  const base::Time later = kStart + 50ms;
  for (std::uint32_t i = 0; i < Pace::kBurstBlocks; ++i) {
    EXPECT_EQ(pace.due(later), later);
    pace.note_sent(later);
  }
  EXPECT_GT(pace.due(later), later);
}

TEST(Pace, OwesNothingAfterAWaitForItsClient) {
  for (const base::Duration pause : {1ms, 1'000ms, 35'000ms, 60'000ms, 100'000ms}) {
    Pace pace(kAtAGigabit, 1468, 64, kStart);
    pace.note_sent(kStart);
    const base::Time later = kStart + pause;  // the clock of its ticks comes round at 68 s
    pace.begin_window(later);
    EXPECT_EQ(pace.due(later), later) << pause.count();
    pace.note_sent(later);
    EXPECT_GT(pace.due(later), later) << pause.count();
    EXPECT_LT(pace.due(later), later + 13us) << pause.count();
  }
}

TEST(Pace, IsGivenUpWhereNoQueueForms) {
  Pace pace(kAtAGigabit, 1468, 64, kStart);
  int windows = 0;
  while (pace.interval_ns() != 0) {
    pace.learn(64, 64 * pace.interval_ns() / 1000, Pace::kQueueMinUs);
    ASSERT_LT(++windows, 10);
  }
}

TEST(Pace, ComesToTheIntervalOfTheNetworkFromBothSides) {
  for (const std::uint32_t network_ns : {3 * kGigabitNs, 100 * kGigabitNs, kGigabitNs * 9 / 10}) {
    Pace pace(kAtAGigabit, 1468, 64, kStart);
    // The network drains a block in network_ns, whatever we do.
    for (int window = 0; window < 40; ++window) {
      const std::uint32_t own = pace.interval_ns();
      const std::uint32_t queue = own < network_ns ? 64 * (network_ns - own) / 1000 : 0;
      pace.learn(64, 64 * own / 1000, queue);
      if (window < 12) continue;
      EXPECT_LE(pace.interval_ns(), network_ns) << window;
      // Now and then it tries whether there is more.
      EXPECT_GE(pace.interval_ns(), network_ns * 4 / 10) << window;
    }
  }
}

TEST(Pace, IsTakenUpWhereAQueueForms) {
  Pace pace(kAtAGigabit, 1468, 64, kStart);
  while (pace.interval_ns() != 0) pace.learn(64, 64 * pace.interval_ns() / 1000, 0);
  pace.learn(64, 5, 64 * kGigabitNs / 1000);
  EXPECT_GT(pace.interval_ns(), kGigabitNs * 8 / 10);
  EXPECT_LT(pace.interval_ns(), kGigabitNs);
}

TEST(Pace, SpreadsAShortWindowOnlyWhereManyShareTheQueue) {
  // Goal: neither its own sixteen blocks on a link of 1 Gb/s, nor a client or a loop of ours that
  // is late by less than a millisecond, makes a pace.
  Pace pace(kAtAGigabit, 1468, Pace::kShortWindow, kStart);
  pace.learn(16, 5, 16 * kGigabitNs / 1000);
  pace.learn(16, 5, Pace::kQueueMinOfShortUs);
  EXPECT_EQ(pace.interval_ns(), 0u);
  pace.learn(16, 5, Pace::kQueueMinOfShortUs + 1);
  EXPECT_GT(pace.interval_ns(), 4 * kGigabitNs);
}

TEST(Pace, GoesBackToTheRateBefore) {
  Pace pace(kAtAGigabit, 1468, 64, kStart);
  pace.learn(64, 64 * kGigabitNs / 1000, 0);
  EXPECT_EQ(pace.interval_ns(), kGigabitNs / 2);
  pace.take_back();
  EXPECT_EQ(pace.interval_ns(), kGigabitNs);
}

TEST(Pace, IsNotMadeSlowByOneLateAcknowledgement) {
  Pace pace(kAtAGigabit, 1468, 64, kStart);
  pace.learn(64, 787, 5'000'000);
  EXPECT_LE(pace.interval_ns(), 2 * kGigabitNs);
}

}  // namespace
}  // namespace stentor::tftp
