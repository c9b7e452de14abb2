// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Included before everything else (-include) by the interleaving tests and in what they test, which
// is compiled a second time for them: there, each operation on a std::atomic first calls step(),
// where the test's scheduler may switch to another fiber. Code under test needs no hooks for it.
// Whatever else uses std::atomic in a header comes before.

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace stentor::stress {
void step();
}

namespace std {

// What of std::atomic the code under test uses. One fiber runs at a time, so a plain value would
// do, too.
template <typename T>
class stepped_atomic {
 public:
  static constexpr bool is_always_lock_free = std::atomic<T>::is_always_lock_free;

  constexpr stepped_atomic(T value = {}) : value_(value) {}

  T load(std::memory_order = std::memory_order_seq_cst) const {
    stentor::stress::step();
    return value_.load();
  }
  void store(T value, std::memory_order = std::memory_order_seq_cst) {
    stentor::stress::step();
    value_.store(value);
  }
  bool compare_exchange_strong(T& expected, T desired) {
    stentor::stress::step();
    return value_.compare_exchange_strong(expected, desired);
  }
  bool compare_exchange_weak(T& expected, T desired) {
    return compare_exchange_strong(expected, desired);
  }
  T exchange(T value) {
    stentor::stress::step();
    return value_.exchange(value);
  }
  T fetch_add(T value) {
    stentor::stress::step();
    return value_.fetch_add(value);
  }
  T fetch_sub(T value) {
    stentor::stress::step();
    return value_.fetch_sub(value);
  }
  T fetch_or(T value) {
    stentor::stress::step();
    return value_.fetch_or(value);
  }
  T fetch_and(T value) {
    stentor::stress::step();
    return value_.fetch_and(value);
  }

 private:
  std::atomic<T> value_;
};

}  // namespace std

#define atomic stepped_atomic
