// SPDX-License-Identifier: BSD-3-Clause
// Goal: arrivals of each kind are at the times that the scenario says, in order, from the seed.
#include "storm/arrival.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

TEST(ArrivalTest, AtOnceIsAllAtZero) {
  // Goal: the default needs nothing else.
  for (const base::Duration time : make_arrivals({}, 5, 1)) EXPECT_EQ(time, 0ns);
}

TEST(ArrivalTest, ARampSpreadsMachinesEvenly) {
  // Goal: also where nanoseconds times machines would leave 64 bits.
  const Arrival ramp{.kind = Arrival::Kind::ramp, .over = 24h};
  const auto times = make_arrivals(ramp, 1'000'000, 1);
  EXPECT_EQ(times[0], 0ns);
  EXPECT_NEAR(std::chrono::duration<double>(times[500'000]).count(), 43'200, 0.001);
  EXPECT_LT(times.back(), 24h);
}

TEST(ArrivalTest, WavesSwitchRacksOn) {
  // Goal: the third wave begins after two gaps.
  const Arrival waves{.kind = Arrival::Kind::waves, .over = 3s, .wave_machines = 4};
  const auto times = make_arrivals(waves, 10, 1);
  EXPECT_EQ(times[3], 0s);
  EXPECT_EQ(times[4], 3s);
  EXPECT_EQ(times[9], 6s);
}

TEST(ArrivalTest, PoissonKeepsItsRateAndItsSeed) {
  // Goal: mean and spread of exponential gaps; the same seed, the same times.
  const Arrival poisson{.kind = Arrival::Kind::poisson, .per_second = 1000};
  const auto times = make_arrivals(poisson, 100'000, 7);
  EXPECT_TRUE(std::ranges::is_sorted(times));
  EXPECT_NEAR(std::chrono::duration<double>(times.back()).count(), 100, 2);
  std::size_t short_gaps = 0;
  for (std::size_t i = 1; i < times.size(); ++i) short_gaps += times[i] - times[i - 1] < 1ms;
  EXPECT_NEAR(static_cast<double>(short_gaps) / 100'000, 0.632, 0.01);  // 1 - 1/e
  EXPECT_EQ(times, make_arrivals(poisson, 100'000, 7));
  EXPECT_NE(times, make_arrivals(poisson, 100'000, 8));
}

}  // namespace
}  // namespace stentor::storm
