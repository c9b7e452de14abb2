// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Deadlines of a worker's transfers: a wheel of slots one tick apart, each an intrusive list of
// transfer indexes. Arming is O(1); a deadline that only moves later costs nothing, because an
// entry that fires early is simply armed again by its owner.
//
// One thread. Entries are the integers 0 to entries - 1; each is in the wheel at most once.
// Deadlines beyond the horizon wait in the last slot and are found early.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"

namespace stentor::worker {

class TimingWheel {
 public:
  // How late a probe may leave (tftp/transfer.h): less than a window of sixteen takes on 1 Gb/s.
  static constexpr base::Duration kTick = std::chrono::microseconds{125};
  static constexpr std::size_t kSlots = 32768;  // a power of two; the horizon is 4 s

  TimingWheel(std::uint32_t entries, base::Time now);
  [[nodiscard]] static std::uint64_t memory_bytes(std::uint32_t entries) {
    return std::uint64_t{entries} * sizeof(Entry);
  }

  [[gnu::always_inline]] void prefetch(std::uint32_t entry) const {
    __builtin_prefetch(&entries_[entry], 1);
  }
  // Fires at or after `deadline`, at most one tick late. An entry that is armed already is moved
  // only if `deadline` is earlier than where it stands.
  void arm(std::uint32_t entry, base::Time deadline);
  void disarm(std::uint32_t entry);

  // Takes up to due.size() entries whose slot has passed out of the wheel; returns how many. Called
  // until it returns less than it was given room for.
  std::size_t advance(base::Time now, std::span<std::uint32_t> due);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Entry {
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    std::uint64_t tick = kNotArmed;
  };
  static constexpr std::uint64_t kNotArmed = UINT64_MAX;

  [[nodiscard]] static std::uint64_t tick_of(base::Time time);

  std::vector<Entry> entries_;
  std::array<std::uint32_t, kSlots> heads_;
  std::uint64_t current_;  // the next tick to be looked at
};

}  // namespace stentor::worker
