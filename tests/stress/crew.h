// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the stress tests share: threads that start together, a start line for rounds, the length.
//
// Their checks use relaxed atomics alone, so that they order nothing that the code under test
// should order itself.

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace stentor::stress {

// `count`, or as many times that as STENTOR_STRESS_ROUNDS says.
inline std::uint64_t rounds(std::uint64_t count) {
  const char* factor = std::getenv("STENTOR_STRESS_ROUNDS");
  return factor == nullptr ? count : count * std::strtoull(factor, nullptr, 10);
}

// Everybody waits until all have arrived; any number of times.
class StartLine {
 public:
  explicit StartLine(unsigned runners) : runners_(runners) {}

  void wait() {
    const unsigned round = round_.load();
    if (arrived_.fetch_add(1) + 1 == runners_) {
      arrived_.store(0);
      round_.store(round + 1);
      return;
    }
    for (unsigned spins = 0; round_.load() == round; ++spins) {
      if (spins > 200) std::this_thread::yield();
    }
  }

 private:
  const unsigned runners_;
  std::atomic<unsigned> arrived_{0};
  std::atomic<unsigned> round_{0};
};

// Runs work(0) ... work(count - 1) on a thread each.
inline void run_crew(unsigned count, const std::function<void(unsigned)>& work) {
  std::vector<std::thread> crew;
  for (unsigned i = 0; i < count; ++i) crew.emplace_back(work, i);
  for (std::thread& member : crew) member.join();
}

}  // namespace stentor::stress
