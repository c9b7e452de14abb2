// SPDX-License-Identifier: BSD-3-Clause
// Goal: the control thread ticks, survives SIGHUP, and ends on SIGTERM and SIGINT.
#include "control/loop.h"

#include <csignal>
#include <gtest/gtest.h>
#include <pthread.h>

namespace stentor::control {
namespace {

using namespace std::chrono_literals;

bool is_blocked(int signal) {
  sigset_t set;
  pthread_sigmask(SIG_BLOCK, nullptr, &set);
  return sigismember(&set, signal) == 1;
}

int run_until_signal(int signal, int& ticks, int& hangups, bool with_hangup) {
  auto loop = Loop::make();
  EXPECT_TRUE(loop.has_value());
  return loop->run(1ms, {.on_tick =
                             [&](base::Time) {
                               ++ticks;
                               if (ticks == 2 && with_hangup) raise(SIGHUP);
                               if (ticks == 5) raise(signal);
                             },
                         .on_hangup = [&] { ++hangups; }});
}

TEST(Loop, TicksUntilItIsToldToEnd) {
  for (const int signal : {SIGTERM, SIGINT}) {
    int ticks = 0, hangups = 0;
    EXPECT_EQ(run_until_signal(signal, ticks, hangups, false), signal);
    EXPECT_EQ(ticks, 5);
  }
}

TEST(Loop, ReportsAHangupAndGoesOn) {
  int ticks = 0, hangups = 0;
  EXPECT_EQ(run_until_signal(SIGTERM, ticks, hangups, true), SIGTERM);
  EXPECT_EQ(hangups, 1);
}

TEST(Loop, LeavesTheSignalsBlockedSoThatASecondOneChangesNothing) {
  { const auto loop = Loop::make(); }
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) EXPECT_TRUE(is_blocked(signal));
}

}  // namespace
}  // namespace stentor::control
