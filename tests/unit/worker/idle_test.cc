// SPDX-License-Identifier: BSD-3-Clause
// Goal: a worker never sleeps beside a transfer whose client acknowledges, and does sleep on an
// idle wire.
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

}  // namespace
}  // namespace stentor::worker
