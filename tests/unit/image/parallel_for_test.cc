// SPDX-License-Identifier: BSD-3-Clause
// Goal: every index is worked on exactly once, by as many threads as were asked for at most, and
// the helpers take no signals.
#include "image/parallel_for.h"

#include <atomic>
#include <csignal>
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace stentor::image {
namespace {

TEST(ParallelFor, CallsEachIndexOnce) {
  for (const unsigned threads : {0u, 1u, 2u, 7u}) {
    for (const std::size_t count : {0u, 1u, 2u, 1000u}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(count, threads, [&](std::size_t i) { calls[i].fetch_add(1); });
      for (const std::atomic<int>& each : calls) EXPECT_EQ(each.load(), 1);
    }
  }
}

TEST(ParallelFor, StaysOnTheCallersThreadWhenOneWasAskedFor) {
  const auto caller = std::this_thread::get_id();
  parallel_for(100, 1, [&](std::size_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}

TEST(ParallelFor, LeavesSignalsToTheCaller) {
  const auto caller = std::this_thread::get_id();
  std::atomic<int> helped{0};
  parallel_for(200, 4, [&](std::size_t) {
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    const bool helper = std::this_thread::get_id() != caller;
    EXPECT_EQ(sigismember(&blocked, SIGTERM), helper ? 1 : 0);
    helped += helper ? 1 : 0;
    std::this_thread::sleep_for(std::chrono::microseconds{50});
  });
  EXPECT_GT(helped.load(), 0);
}

}  // namespace
}  // namespace stentor::image
