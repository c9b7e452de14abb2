// SPDX-License-Identifier: BSD-3-Clause
// Goal: nothing fires early, nothing fires more than a tick late, and nothing is forgotten.
#include "worker/timing_wheel.h"

#include <array>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/random.h"

namespace stentor::worker {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kWheelStart{std::chrono::hours{5}};

std::set<std::uint32_t> advance(TimingWheel& wheel, base::Time now) {
  std::set<std::uint32_t> all;
  std::array<std::uint32_t, 3> due{};
  std::size_t count = 0;
  do {
    count = wheel.advance(now, due);
    all.insert(due.begin(), due.begin() + count);
  } while (count == due.size());
  return all;
}

TEST(TimingWheel, FiresAtItsDeadlineAndNotBefore) {
  TimingWheel wheel(4, kWheelStart);
  wheel.arm(2, kWheelStart + 20ms);
  EXPECT_TRUE(advance(wheel, kWheelStart + 19ms).empty());
  EXPECT_EQ(advance(wheel, kWheelStart + 21ms), std::set<std::uint32_t>{2});
  EXPECT_TRUE(advance(wheel, kWheelStart + 1s).empty()) << "once only";
}

TEST(TimingWheel, MovesAnEntryEarlierButNeverLater) {
  TimingWheel wheel(2, kWheelStart);
  wheel.arm(0, kWheelStart + 100ms);
  wheel.arm(0, kWheelStart + 10ms);
  wheel.arm(1, kWheelStart + 10ms);
  wheel.arm(1, kWheelStart + 100ms);
  EXPECT_EQ(advance(wheel, kWheelStart + 11ms), (std::set<std::uint32_t>{0, 1}));
}

TEST(TimingWheel, ForgetsADisarmedEntry) {
  TimingWheel wheel(3, kWheelStart);
  for (std::uint32_t entry = 0; entry < 3; ++entry) wheel.arm(entry, kWheelStart + 5ms);
  wheel.disarm(1);
  wheel.disarm(1);
  EXPECT_EQ(advance(wheel, kWheelStart + 6ms), (std::set<std::uint32_t>{0, 2}));
}

TEST(TimingWheel, FindsDeadlinesBeyondItsHorizonEarly) {
  TimingWheel wheel(1, kWheelStart);
  wheel.arm(0, kWheelStart + 60s);
  EXPECT_TRUE(advance(wheel, kWheelStart + 4s).empty());
  EXPECT_EQ(advance(wheel, kWheelStart + 5s).size(), 1u) << "its owner arms it again";
}

TEST(TimingWheel, FiresEverythingAfterALongSleep) {
  TimingWheel wheel(100, kWheelStart);
  for (std::uint32_t entry = 0; entry < 100; ++entry) {
    wheel.arm(entry, kWheelStart + entry * 37ms);
  }
  EXPECT_EQ(advance(wheel, kWheelStart + 1h).size(), 100u);
  wheel.arm(5, kWheelStart + 1h + 2ms);
  EXPECT_EQ(advance(wheel, kWheelStart + 1h + 4ms), std::set<std::uint32_t>{5});
}

TEST(TimingWheel, AgreesWithASortedMapOverRandomOperations) {
  base::Random random(11);
  TimingWheel wheel(64, kWheelStart);
  std::map<std::uint32_t, base::Time> armed;
  base::Time now = kWheelStart;
  for (int step = 0; step < 20'000; ++step) {
    const auto entry = static_cast<std::uint32_t>(random.below(64));
    if (random.chance(0.6)) {
      const base::Time deadline = now + std::chrono::microseconds{random.below(3'900'000)};
      wheel.arm(entry, deadline);
      const auto known = armed.find(entry);
      if (known == armed.end() || deadline < known->second) armed[entry] = deadline;
    } else if (random.chance(0.3)) {
      wheel.disarm(entry);
      armed.erase(entry);
    }
    now += std::chrono::microseconds{random.below(5'000)};
    for (const std::uint32_t fired : advance(wheel, now)) {
      ASSERT_TRUE(armed.contains(fired));
      ASSERT_LE(armed[fired], now);
      armed.erase(fired);
    }
    for (const auto& [index, deadline] : armed) {
      ASSERT_GT(deadline + 2 * TimingWheel::kTick, now) << "entry " << index << " is late";
    }
  }
}

}  // namespace
}  // namespace stentor::worker
