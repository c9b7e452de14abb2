// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where in a pool something may have expired: a tree of hints above the records, each a lower bound
// of the expiries below it. It makes "is anything expired?" one load when nothing is, and finding
// what has expired a short descent, in pools of any size and with expiries in any order.
//
// Any worker, any time; lock-free. A leaf stands for kLeafRecords records, an inner hint for
// kFanOut hints. All bytes zero: nothing will ever expire.
//
// Invariant: once lower(i, s) has returned, and as long as record i expires at s or earlier, every
// hint above record i is at most s.
//   lower() comes after the record's word was swapped, and goes upwards. collect() raises a hint
//   only as follows: it sets the hint's scan bit, reads all that is below, swaps the hint for what
//   it found. A lower() that meets the scan bit clears it, so that the last swap fails and the hint
//   stays low. Word swap, then hint load, against scan bit, then word load, all sequentially
//   consistent: one of the two sees the other.
//
// Cost: lower() is one load a level as a rule (a later expiry than those beside it changes
// nothing). A descent that finds nothing raises the hints that misled it, each of which one earlier
// lower() had paid for; so collecting costs O(fan-out x levels) amortised a change, levels <= 6.

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "lease/record.h"

namespace stentor::lease {

class ExpiryTree {
 public:
  static constexpr std::uint32_t kLeafRecords = 16;
  static constexpr std::uint32_t kFanOut = 64;
  static constexpr std::size_t kLevelsMax = 6;

  // Hints for a pool of `records`.
  static std::size_t hints_for(std::size_t records);

  // `hints`: hints_for(records) of them, all zero.
  ExpiryTree(std::span<std::atomic<std::uint64_t>> hints, std::uint32_t records);

  // Record `index` of the pool now expires at `second`.
  void lower(std::uint32_t index, Second second);

  // No record expires before this.
  [[nodiscard]] Second earliest() const { return second_of_hint(hint(levels_ - 1, 0).load()); }

  // Calls look(index), which returns when the record expires (kNeverSecond if it need not be looked
  // at again, `now` or earlier if it could not be collected), for leaves that may hold an expiry of
  // `now` or before. Stops after the first leaf for which look() sets `collected`, when there is
  // none, or when `budget` records were looked at. `collected` is left as found if nothing was.
  template <typename Look>
  void collect(Second now, std::size_t& budget, const bool& collected, const Look& look) {
    if (earliest() <= now) visit(levels_ - 1, 0, now, budget, collected, look);
  }

 private:
  // Low 29 bits: how long before "never" (zero is never); then the scan bit, then a tag.
  static constexpr std::uint64_t kScan = std::uint64_t{1} << 32;
  static constexpr std::uint64_t kTagStep = std::uint64_t{1} << 33;

  static constexpr Second second_of_hint(std::uint64_t hint) {
    return kNeverSecond - static_cast<Second>(hint & kNeverSecond);
  }
  static constexpr std::uint64_t next_hint(std::uint64_t hint, Second second, bool scan) {
    return ((hint & ~(kTagStep - 1)) + kTagStep) | (scan ? kScan : 0) | (kNeverSecond - second);
  }

  [[nodiscard]] std::atomic<std::uint64_t>& hint(std::size_t level, std::uint32_t index) const {
    return hints_[offsets_[level] + index];
  }
  [[nodiscard]] std::uint32_t children(std::size_t level) const {
    return level == 0 ? records_ : offsets_[level] - offsets_[level - 1];
  }

  template <typename Look>
  void visit(std::size_t level, std::uint32_t index, Second now, std::size_t& budget,
             const bool& collected, const Look& look) {
    std::atomic<std::uint64_t>& mine = hint(level, index);
    std::uint64_t seen = mine.load();
    std::uint64_t marked = next_hint(seen, second_of_hint(seen), true);
    const bool may_raise = mine.compare_exchange_strong(seen, marked);

    const std::uint32_t width = level == 0 ? kLeafRecords : kFanOut;
    const std::uint32_t first = index * width;
    const std::uint32_t last = std::min(first + width, children(level));
    Second earliest = kNeverSecond;
    for (std::uint32_t child = first; child < last; ++child) {
      if (level == 0) {
        earliest = std::min(earliest, look(child));
        if (budget > 0) --budget;
        continue;
      }
      std::atomic<std::uint64_t>& below = hint(level - 1, child);
      if (second_of_hint(below.load()) <= now) {
        visit(level - 1, child, now, budget, collected, look);
        if (collected || budget == 0) return;  // not all was seen: the hint stays as it is
      }
      earliest = std::min(earliest, second_of_hint(below.load()));
    }
    if (may_raise) mine.compare_exchange_strong(marked, next_hint(marked, earliest, false));
  }

  const std::span<std::atomic<std::uint64_t>> hints_;
  const std::uint32_t records_;
  std::size_t levels_ = 0;
  std::array<std::uint32_t, kLevelsMax> offsets_{};  // of a level's first hint; leaves first
};

}  // namespace stentor::lease
