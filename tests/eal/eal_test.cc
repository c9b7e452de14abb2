// SPDX-License-Identifier: BSD-3-Clause
// Goal: workers run where they should, each on its own thread; the EAL starts once, and says what
// is missing.
#include "dpdk/eal.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <pthread.h>
#include <rte_lcore.h>
#include <thread>

#include "dpdk/eal_memory.h"
#include "dpdk/hugepages.h"
#include "running_eal.h"

namespace stentor::dpdk {
namespace {

TEST(Eal, RunsABodyOnTheWorkersCoreAndWaitsForIt) {
  unsigned lcore = 0;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  running_eal().launch(0, [&] {
    lcore = rte_lcore_id();
    pthread_getaffinity_np(pthread_self(), sizeof cores, &cores);
  });
  running_eal().wait();
  EXPECT_EQ(lcore, 1u);
  EXPECT_EQ(CPU_COUNT(&cores), 1);
  EXPECT_TRUE(CPU_ISSET(worker_core(), &cores) != 0);
}

TEST(Eal, LaunchesAWorkerAgain) {
  std::atomic<int> runs = 0;
  for (int i = 0; i < 3; ++i) {
    running_eal().launch(0, [&runs] { ++runs; });
    running_eal().wait();
  }
  EXPECT_EQ(runs, 3);
}

std::chrono::nanoseconds thread_cpu_time() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

// A program that waits for its workers may share a core with one of them, or with its peer.
TEST(Eal, WaitsAsleep) {
  constexpr std::chrono::milliseconds kBody{200};
  running_eal().launch(0, [&] { std::this_thread::sleep_for(kBody); });
  const auto before = thread_cpu_time();
  running_eal().wait();
  EXPECT_LT(thread_cpu_time() - before, kBody / 4);
}

TEST(Eal, KeepsTheControlThreadOffTheWorkersCore) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  pthread_getaffinity_np(pthread_self(), sizeof cores, &cores);
  if (worker_shares_control_core()) {
    GTEST_SKIP() << "one core: the worker shares it";
  }
  EXPECT_FALSE(CPU_ISSET(worker_core(), &cores) != 0);
}

TEST(Eal, SaysThatItStartsOnce) {
  EalOptions options;
  options.worker_cores = {0};
  options.hugepages = config::Workers::HugepageMode::none;
  const auto second = Eal::start(options, {});
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().sentence.find("already"), std::string::npos) << second.error().sentence;
}

TEST(EalMemory, GivesAlignedMemoryAndTakesItBack) {
  EalMemory memory(0);
  EXPECT_STREQ(memory.kind(), "ordinary pages");
  for (int i = 0; i < 100; ++i) {
    const base::MutableBytes block = memory.allocate(32u << 20);
    ASSERT_EQ(block.size(), 32u << 20);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.data()) % 64, 0u);
    memory.release(block);
  }
}

TEST(EalMemory, AdvisesNoHugepagesWhereItUsesNone) {
  const EalMemory memory(-1);
  EXPECT_EQ(std::string_view(memory.remedy()).find("hugepages"), std::string_view::npos);
}

TEST(EalMemory, GivesAnEmptySpanWhenThereIsNoMore) {
  EalMemory memory(-1);
  EXPECT_TRUE(memory.allocate(std::size_t{1} << 40).empty());
  EXPECT_TRUE(memory.allocate(0).empty());
}

TEST(Hugepages, NamesTheCommandThatReservesWhatIsMissing) {
  const std::string none = hugepage_shortage({.page_bytes = 2u << 20}, 300u << 20);
  EXPECT_NE(none.find("sysctl vm.nr_hugepages=150"), std::string::npos) << none;
  const std::string some = hugepage_shortage(
      {.page_bytes = 2u << 20, .free_bytes = 100u << 20, .reserved_bytes = 200u << 20}, 300u << 20);
  EXPECT_NE(some.find("sysctl vm.nr_hugepages=200"), std::string::npos) << some;
  EXPECT_EQ(hugepage_shortage({.free_bytes = 300u << 20}, 300u << 20), "");
}

}  // namespace
}  // namespace stentor::dpdk
