// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An event count with one writer and any number of readers. The writer pays a plain load and store:
// no locked instruction, no order, because a reader only ever sums.

#include <atomic>
#include <cstdint>

namespace stentor::base {

class Counter {
 public:
  // Writer thread only.
  void add(std::uint64_t count = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }

  // Any thread.
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace stentor::base
