// SPDX-License-Identifier: BSD-3-Clause
// Goal: a worker never sleeps beside a transfer whose client acknowledges, and does sleep on an
// idle wire; for long only where frames have been seen to wake it.
#include "worker/idle.h"

#include <gtest/gtest.h>

namespace stentor::worker {
namespace {

using namespace std::chrono_literals;
constexpr base::Time kIdleStart{std::chrono::hours{1}};

TEST(IdlePolicy, SpinsForAWhileAfterTheLastFrameAndThenSleeps) {
  IdlePolicy idle(config::Idle::adaptive, kIdleStart);
  EXPECT_EQ(idle.after_loop(true, false, kIdleStart), 0ns);
  EXPECT_EQ(idle.after_loop(false, false, kIdleStart + IdlePolicy::kSpin - 1ns), 0ns);
  EXPECT_EQ(idle.after_loop(false, false, kIdleStart + IdlePolicy::kSpin), IdlePolicy::kSleep);
  EXPECT_EQ(idle.after_loop(true, false, kIdleStart + 1s), 0ns);
}

TEST(IdlePolicy, SpinsWhileATransferIsLive) {
  IdlePolicy idle(config::Idle::adaptive, kIdleStart);
  EXPECT_EQ(idle.after_loop(false, true, kIdleStart + 10s), 0ns);
}

TEST(IdlePolicy, NeverSleepsWhenToldToPoll) {
  IdlePolicy idle(config::Idle::poll, kIdleStart);
  EXPECT_EQ(idle.after_loop(false, false, kIdleStart + 10s), 0ns);
}

TEST(WakeTrust, IsLostWithTheThirdFrameThatWokeNobody) {
  WakeTrust trust;
  EXPECT_TRUE(trust.note(Awoken::by_clock, true));
  EXPECT_TRUE(trust.note(Awoken::by_clock, false)) << "nothing came";
  EXPECT_TRUE(trust.note(Awoken::by_worker, true)) << "of whom nobody knows";
  EXPECT_TRUE(trust.note(Awoken::by_clock, true));
  EXPECT_FALSE(trust.is_lost());
  EXPECT_FALSE(trust.note(Awoken::by_clock, true));
  EXPECT_TRUE(trust.is_lost());
  EXPECT_TRUE(trust.note(Awoken::by_clock, true)) << "told once";
}

TEST(WakeTrust, StaysWithOneThatWakesNowAndThen) {
  WakeTrust trust;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(trust.note(Awoken::by_clock, true));
    EXPECT_TRUE(trust.note(Awoken::by_clock, true));
    EXPECT_TRUE(trust.note(Awoken::by_frame, true));
  }
  EXPECT_FALSE(trust.is_lost());
}

}  // namespace
}  // namespace stentor::worker
