// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// When machines have something to do next, for benchmarks in which millions wait: a circle of
// queues of 16 us each, about the time of a poll, that ends some 16.7 s ahead. An entry costs eight
// bytes, and is not taken back: its round says whether it still means anything.

#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/clock.h"

namespace stentor::perf {

class Calendar {
 public:
  static constexpr base::Duration kSlot = std::chrono::microseconds{16};

  struct Due {
    std::uint32_t machine = 0;
    std::uint8_t round = 0;
  };

  // Nothing is due before `now`.
  explicit Calendar(base::Time now) : next_slot_(slot_of(now)) {}

  [[nodiscard]] static std::int64_t slot_of(base::Time time) {
    return time.time_since_epoch() / kSlot;
  }
  // Not before its slot begins.
  void schedule(Due due, base::Time time) {
    const std::int64_t slot = slot_of(time);
    // The slot that collect() is at, one circle on, is not free yet.
    CHECK(slot >= next_slot_ && slot - next_slot_ < static_cast<std::int64_t>(kSlots) - 1);
    slots_[static_cast<std::size_t>(slot) % kSlots].push_back(due);
  }
  // All that is due by `now`. `visit` may schedule() for later slots.
  template <typename Visit>
  void collect(base::Time now, Visit visit) {
    const std::int64_t present = slot_of(now);
    while (next_slot_ <= present) {
      auto& slot = slots_[static_cast<std::size_t>(next_slot_++) % kSlots];
      for (const Due& due : slot) visit(due);
      slot.clear();
    }
  }

 private:
  static constexpr std::size_t kSlots = std::size_t{1} << 20;

  std::vector<std::vector<Due>> slots_{kSlots};
  std::int64_t next_slot_;
};

}  // namespace stentor::perf
