// SPDX-License-Identifier: BSD-3-Clause
// Goal: a signal that comes while nobody waits in the loop is heard, and none is lost.
#include "control/start_watch.h"

#include <csignal>
#include <gtest/gtest.h>
#include <pthread.h>
#include <semaphore>
#include <unistd.h>

#include "control/loop.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;

bool is_pending(int signal) {
  sigset_t set;
  sigpending(&set);
  return sigismember(&set, signal) == 1;
}

// What Loop::run() ends with, if a signal waits for it.
int run_once(Loop& loop) {
  int ticks = 0;
  return loop.run(1ms, {.on_tick =
                            [&](base::Time) {
                              // Ends a loop that found nothing, so that the test fails at once.
                              if (++ticks == 100) ::kill(::getpid(), SIGINT);
                            },
                        .on_hangup = [] {}});
}

TEST(StartWatch, HearsASignalWhileTheControlThreadIsBusy) {
  const auto loop = Loop::make();
  ASSERT_TRUE(loop.has_value());
  for (const int signal : {SIGTERM, SIGINT}) {
    std::binary_semaphore heard{0};
    int seen = 0;
    const auto watch = StartWatch::begin({.on_signal = [&](int which) {
      seen = which;
      heard.release();
    }});
    ASSERT_TRUE(watch.has_value());
    ::kill(::getpid(), signal);
    ASSERT_TRUE(heard.try_acquire_for(10s));
    EXPECT_EQ(seen, signal);
    EXPECT_FALSE(is_pending(signal));
  }
}

TEST(StartWatch, HearsASignalThatCameBeforeIt) {
  const auto loop = Loop::make();
  ::kill(::getpid(), SIGTERM);
  std::binary_semaphore heard{0};
  const auto watch = StartWatch::begin({.on_signal = [&](int) { heard.release(); }});
  ASSERT_TRUE(watch.has_value());
  EXPECT_TRUE(heard.try_acquire_for(10s));
}

TEST(StartWatch, LeavesWhatComesAfterItToTheLoop) {
  auto loop = Loop::make();
  ASSERT_TRUE(loop.has_value());
  int heard = 0;
  {
    const auto watch = StartWatch::begin({.on_signal = [&](int) { ++heard; }});
  }
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(run_once(*loop), SIGTERM);
  EXPECT_EQ(heard, 0);
}

TEST(StartWatch, LosesItsPatienceWithWhatGoesOnAfterASignal) {
  const auto loop = Loop::make();
  std::binary_semaphore overdue{0};
  int seen = 0;
  const auto watch = StartWatch::begin({.on_signal = [](int) {},
                                        .on_overdue =
                                            [&](int which) {
                                              seen = which;
                                              overdue.release();
                                            },
                                        .patience = 10ms});
  ASSERT_TRUE(watch.has_value());
  EXPECT_FALSE(overdue.try_acquire_for(50ms)) << "no signal has come";
  ::kill(::getpid(), SIGINT);
  ASSERT_TRUE(overdue.try_acquire_for(10s));
  EXPECT_EQ(seen, SIGINT);
}

TEST(StartWatch, HasPatienceWithWhatEndsInTime) {
  const auto loop = Loop::make();
  std::binary_semaphore heard{0};
  int overdue = 0;
  {
    const auto watch = StartWatch::begin({.on_signal = [&](int) { heard.release(); },
                                          .on_overdue = [&](int) { ++overdue; },
                                          .patience = 10min});
    ASSERT_TRUE(watch.has_value());
    ::kill(::getpid(), SIGTERM);
    ASSERT_TRUE(heard.try_acquire_for(10s));
  }
  EXPECT_EQ(overdue, 0);
}

TEST(StartWatch, LeavesAHangupPending) {
  auto loop = Loop::make();
  ASSERT_TRUE(loop.has_value());
  {
    const auto watch =
        StartWatch::begin({.on_signal = [](int) { FAIL() << "a hangup ends nothing"; }});
    ::kill(::getpid(), SIGHUP);
  }
  EXPECT_TRUE(is_pending(SIGHUP));
  int hangups = 0;
  loop->run(1ms, {.on_tick = [](base::Time) { ::kill(::getpid(), SIGTERM); },
                  .on_hangup = [&] { ++hangups; }});
  EXPECT_EQ(hangups, 1);
}

}  // namespace
}  // namespace stentor::control
