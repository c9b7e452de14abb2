// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which messages of one relay agent are new, by the replay values that they carry (RFC 4030 section
// 5, method 1: a counter that grows).
//
// The RFC keeps one highest value for each sender. Here a sender has kSlots of them, and a hash of
// the client names the slot: workers answer several clients of one agent at once, and what
// overtakes on the way between them is no replay. A message that was heard is refused ever after,
// as its client is in it; one that was held back on its way is good until a later one of its slot
// is heard.
//
// Any worker calls any function at any time. Invariants (a TSan stress test):
//  1. A slot's value only grows.
//  2. Of those who bring one value to one slot, at most one has it accepted.

#include <array>
#include <atomic>
#include <cstdint>

namespace stentor::dhcp {

class ReplayFilter {
 public:
  static constexpr std::size_t kSlots = 256;

  // Whether accept() may say yes. For messages whose hash is not proved yet: changes nothing
  // (section 9.2).
  [[nodiscard]] bool is_new(std::uint64_t client, std::uint64_t value) const {
    return value > highest_[client % kSlots].load();
  }

  // For messages that are authentic (section 9.3). False: it has been heard. A value of 0 is never
  // new.
  [[nodiscard]] bool accept(std::uint64_t client, std::uint64_t value) {
    std::atomic<std::uint64_t>& highest = highest_[client % kSlots];
    std::uint64_t known = highest.load();
    while (value > known) {
      if (highest.compare_exchange_weak(known, value)) return true;
    }
    return false;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kSlots> highest_{};  // written and read by all workers
};

}  // namespace stentor::dhcp
