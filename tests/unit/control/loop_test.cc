// SPDX-License-Identifier: BSD-3-Clause
// Goal: the control thread ticks, survives SIGHUP, and ends on SIGTERM and SIGINT.
#include "control/loop.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

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

TEST(Loop, TicksAtOnceForWhoAsks) {
  auto loop = Loop::make();
  ASSERT_TRUE(loop.has_value());
  const int wake = eventfd(2, EFD_CLOEXEC | EFD_NONBLOCK);
  int ticks = 0;
  const base::Time begun = base::MonotonicClock::now();
  loop->run(1min, {.on_tick =
                       [&](base::Time) {
                         if (++ticks < 3) eventfd_write(wake, 1);
                       },
                   .on_hangup = [] {},
                   .wake = wake,
                   .is_over = [&] { return ticks == 3; }});
  EXPECT_LT(base::MonotonicClock::now() - begun, 30s);
  eventfd_t count = 0;
  EXPECT_NE(eventfd_read(wake, &count), 0) << "it is emptied";
  close(wake);
}

TEST(Loop, EndsWhenItIsOverAsWell) {
  auto loop = Loop::make();
  ASSERT_TRUE(loop.has_value());
  int ticks = 0;
  EXPECT_EQ(loop->run(1ms, {.on_tick = [&](base::Time) { ++ticks; },
                            .on_hangup = [] {},
                            .is_over = [&] { return ticks == 3; }}),
            0);
  EXPECT_EQ(ticks, 3);
}

TEST(Loop, LeavesTheSignalsBlockedSoThatASecondOneChangesNothing) {
  { const auto loop = Loop::make(); }
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) EXPECT_TRUE(is_blocked(signal));
}

TEST(Loop, LetsNoPeerThatIsGoneEndTheProcess) {
  const auto loop = Loop::make();
  ASSERT_TRUE(loop.has_value());
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
}

// Who looks at what the control thread has, waits until it waits.
TEST(Loop, HoldsItsLockWhileItWorksAndNotWhileItWaits) {
  StateLock lock;
  auto loop = Loop::make();
  ASSERT_TRUE(loop.has_value());
  int ticks = 0, looks = 0;
  std::atomic<bool> is_over{false};
  std::atomic<bool> works{false};
  std::thread other([&] {
    while (!is_over.load()) {
      const std::scoped_lock held(lock);
      EXPECT_FALSE(works.load());
      ++looks;
    }
  });
  loop->run(1ms, {.on_tick =
                      [&](base::Time) {
                        works.store(true);
                        std::this_thread::sleep_for(1ms);
                        works.store(false);
                        if (++ticks == 20) raise(SIGTERM);
                      },
                  .on_hangup = [] {},
                  .lock = &lock});
  is_over.store(true);
  other.join();
  EXPECT_GT(looks, 0);
  EXPECT_TRUE(lock.try_lock()) << "it is free when the loop has ended";
  lock.unlock();
}

}  // namespace
}  // namespace stentor::control
