// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// From one worker to the store thread, and back what became of it. No side waits for the other, and
// neither makes a system call here.
//
// Each change gets a ticket. It is on disk once committed() has reached it; until then, once
// failed_up_to() has reached it, nobody may rely on it, and an ACK that waits for it is dropped. A
// change that failed may reach the disk later all the same: failed_up_to() never moves back, and
// committed() passes it. Whichever a worker sees first is right: what committed() says is on disk.

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

#include "base/ring.h"
#include "lease/lease_change.h"

namespace stentor::store {

class Lane {
 public:
  // `slots`: a power of two of them, 512 bytes each; they outlive the lane.
  explicit Lane(std::span<lease::LeaseChange> slots) : ring_(slots) {}

  // Worker. Numbers the change and returns its ticket; nullopt when full: the store is behind by
  // the whole lane, and nothing was taken.
  [[nodiscard]] std::optional<std::uint64_t> push(lease::LeaseChange& change) {
    change.ticket = last_ticket_ + 1;
    if (!ring_.push(change)) return std::nullopt;
    return ++last_ticket_;
  }

  // Worker. Acquire pairs with the release in set_committed(): the commit was before.
  [[nodiscard]] std::uint64_t committed() const {
    return committed_.load(std::memory_order_acquire);
  }
  // Worker. Acquire pairs with the release in set_failed().
  [[nodiscard]] std::uint64_t failed_up_to() const {
    return failed_.load(std::memory_order_acquire);
  }

  // Store thread.
  std::size_t pop(std::span<lease::LeaseChange> out) { return ring_.pop(out); }
  // Release pairs with the acquire in committed().
  void set_committed(std::uint64_t ticket) { committed_.store(ticket, std::memory_order_release); }
  // Release pairs with the acquire in failed_up_to().
  void set_failed(std::uint64_t ticket) { failed_.store(ticket, std::memory_order_release); }

 private:
  base::Ring<lease::LeaseChange> ring_;
  std::uint64_t last_ticket_ = 0;                        // the worker's alone
  alignas(64) std::atomic<std::uint64_t> committed_{0};  // written by the store thread
  std::atomic<std::uint64_t> failed_{0};                 // likewise; both read by the worker
};

}  // namespace stentor::store
