// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The free addresses of one pool, oldest first: a lock-free queue of slots for any number of
// workers. A slot is in it at most once (Queued), so it never overflows.
//
// A cell goes through full(0), empty(1), full(1), empty(2)... and never back, so a swap that
// succeeds was about the round it meant. `head` and `tail` only follow: position p is emptied (or
// filled) by a swap of its cell, after all before it were, and whoever sees that done may move the
// mark. So no thread waits for one that sleeps between the two.
//
// All bytes zero is the full ring of a pool of the first table: cell i holds slot i of the pool.
// Nothing is written at start, and memory is touched as addresses are first given out. A later
// table's begins empty.

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

namespace stentor::lease {

class FreeRing {
 public:
  enum class Fill : std::uint8_t { full, empty };
  // One cell a slot of the pool, all zero where it begins full.
  explicit FreeRing(std::span<std::atomic<std::uint64_t>> cells, Fill fill = Fill::full);

  FreeRing(const FreeRing&) = delete;
  FreeRing& operator=(const FreeRing&) = delete;

  // `index`: of the slot in its pool; not in the ring now.
  void push(std::uint32_t index);

  // The oldest; none if at some moment of the call the ring was empty.
  [[nodiscard]] std::optional<std::uint32_t> pop();

 private:
  [[nodiscard]] std::uint64_t after(std::uint64_t position) const;

  const std::span<std::atomic<std::uint64_t>> cells_;
  // Positions: round in the high half, cell in the low. Read and written by any worker.
  alignas(64) std::atomic<std::uint64_t> head_;
  alignas(64) std::atomic<std::uint64_t> tail_;
};

}  // namespace stentor::lease
