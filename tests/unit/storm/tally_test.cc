// SPDX-License-Identifier: BSD-3-Clause
// Goal: the timeline covers any time in fixed memory and loses nothing when its intervals double.
#include "storm/tally.h"

#include <gtest/gtest.h>
#include <memory>

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

std::uint64_t booted(const Timeline& timeline) {
  std::uint64_t sum = 0;
  for (const Interval& interval : timeline.intervals()) sum += interval.booted;
  return sum;
}

TEST(TimelineTest, EventsStandInTheirIntervals) {
  // Goal: gaps are empty intervals.
  const auto timeline = std::make_unique<Timeline>();
  ++timeline->at(0s).booted;
  timeline->at(35ms).data_bytes += 7;
  ASSERT_EQ(timeline->intervals().size(), 4u);
  EXPECT_EQ(timeline->intervals()[0].booted, 1u);
  EXPECT_EQ(timeline->intervals()[1].booted, 0u);
  EXPECT_EQ(timeline->intervals()[3].data_bytes, 7u);
}

TEST(TimelineTest, WhenItIsFullIntervalsDouble) {
  // Goal: one event in each shortest interval, over four times what fits; none is lost.
  const auto timeline = std::make_unique<Timeline>();
  constexpr std::size_t kEvents = 4 * Timeline::kIntervalsMax;
  for (std::size_t i = 0; i < kEvents; ++i) {
    ++timeline->at(Timeline::kShortest * static_cast<std::int64_t>(i)).booted;
  }
  EXPECT_EQ(timeline->interval(), 4 * Timeline::kShortest);
  EXPECT_EQ(timeline->intervals().size(), Timeline::kIntervalsMax);
  for (const Interval& interval : timeline->intervals()) EXPECT_EQ(interval.booted, 4u);
  ++timeline->at(24h).booted;
  EXPECT_EQ(booted(*timeline), kEvents + 1);
  EXPECT_LE(timeline->intervals().size(), Timeline::kIntervalsMax);
}

TEST(TimelineTest, EveryFieldIsAddedUp) {
  // Goal: a new field that add() forgets fails here.
  Interval sum{1, 2, 3, 4, 5, 6, 7};
  add(sum, Interval{10, 20, 30, 40, 50, 60, 70});
  EXPECT_EQ(sum.powered_on, 11u);
  EXPECT_EQ(sum.bound, 22u);
  EXPECT_EQ(sum.booted, 33u);
  EXPECT_EQ(sum.failed, 44u);
  EXPECT_EQ(sum.data_frames, 55u);
  EXPECT_EQ(sum.data_bytes, 66u);
  EXPECT_EQ(sum.resends, 77u);
}

}  // namespace
}  // namespace stentor::storm
