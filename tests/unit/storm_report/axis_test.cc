// SPDX-License-Identifier: BSD-3-Clause
#include "axis.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace stentor::rig {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> labels_of(const Axis& axis) {
  std::vector<std::string> labels;
  for (const Tick& tick : axis.ticks) labels.push_back(tick.label);
  return labels;
}

// Goal: steps are 1, 2 or 5 times a power of ten, of the unit that the range suggests.
TEST(Axis, ValueTicksAreRoundAndReachTheHighestValue) {
  EXPECT_THAT(labels_of(value_axis(990, Unit::machines, 4)), ElementsAre("0", "500", "1,000"));
  EXPECT_THAT(labels_of(value_axis(1, Unit::machines, 4)), ElementsAre("0", "1"));
  EXPECT_THAT(labels_of(value_axis(3.7e9, Unit::bytes_per_second, 4)),
              ElementsAre("0", "1 GB/s", "2 GB/s", "3 GB/s", "4 GB/s"));
  EXPECT_THAT(labels_of(value_axis(0.7, Unit::per_second, 4)),
              ElementsAre("0", "0.2 /s", "0.4 /s", "0.6 /s", "0.8 /s"));
}

// Goal: the time of a storm ends where the storm does, not at the next tick.
TEST(Axis, TimeEndsAtTheEndOfTheStorm) {
  const Axis axis = time_axis(25.4, 6);
  EXPECT_EQ(axis.high, 25.4);
  EXPECT_THAT(labels_of(axis), ElementsAre("0", "5 s", "10 s", "15 s", "20 s", "25 s"));
  EXPECT_THAT(labels_of(time_axis(600, 6)),
              ElementsAre("0", "2 min", "4 min", "6 min", "8 min", "10 min"));
  EXPECT_THAT(labels_of(time_axis(90, 6)), ElementsAre("0", "20 s", "40 s", "60 s", "80 s"));
}

// Goal: wide ranges thin out to decades, and never to more ticks than there is room for.
TEST(Axis, LogarithmicTicksFitTheRoom) {
  EXPECT_THAT(labels_of(logarithmic_axis(20e-6, 200e-6, 5)),
              ElementsAre("20 µs", "50 µs", "100 µs", "200 µs"));
  EXPECT_THAT(labels_of(logarithmic_axis(1e-6, 1, 5)),
              ElementsAre("1 µs", "100 µs", "10 ms", "1 s"));
  for (double high = 1e-9; high < 1e6; high *= 3) {
    const Axis axis = logarithmic_axis(1e-9, high, 5);
    EXPECT_LE(axis.ticks.size(), 5U) << high;
    EXPECT_GE(axis.ticks.size(), 1U) << high;
  }
}

// Goal: one value, or none, still makes an axis that can be drawn on.
TEST(Axis, DegenerateRangesHaveAnExtent) {
  EXPECT_GT(value_axis(0, Unit::machines, 4).high, 0);
  EXPECT_GT(time_axis(0, 6).high, 0);
  const Axis axis = logarithmic_axis(2e-3, 2e-3, 5);
  EXPECT_LT(axis.low, 1.1e-3);
  EXPECT_GT(axis.high, 3.9e-3);
  EXPECT_NEAR(axis.place_of(2e-3), 0.5, 0.01);
  EXPECT_GT(logarithmic_axis(0, 0, 5).low, 0);
}

// Goal: whatever a caller places stays inside the plot.
TEST(Axis, PlacesAreWithinThePlot) {
  const Axis linear = value_axis(100, Unit::machines, 4);
  EXPECT_EQ(linear.place_of(50), 0.5);
  EXPECT_EQ(linear.place_of(-1), 0);
  EXPECT_EQ(linear.place_of(1e9), 1);
  const Axis logarithmic = logarithmic_axis(1e-3, 1, 5);
  EXPECT_EQ(logarithmic.place_of(0), 0);
  EXPECT_EQ(logarithmic.place_of(1e9), 1);
  EXPECT_NEAR(logarithmic.place_of(std::sqrt(1e-3)), 0.5, 0.001);
}

}  // namespace
}  // namespace stentor::rig
