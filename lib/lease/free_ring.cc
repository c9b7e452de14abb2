// SPDX-License-Identifier: BSD-3-Clause
#include "lease/free_ring.h"

#include "base/check.h"

namespace stentor::lease {

namespace {

// A cell: its phase in the high half, 2 r when full in round r, 2 r - 1 while it waits for round r;
// what it holds in the low half, exclusive-ored with its own number, so that zero means "my own".
constexpr std::uint64_t cell_value(std::uint32_t phase, std::uint32_t content) {
  return std::uint64_t{phase} << 32 | content;
}

constexpr std::uint32_t high(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}
constexpr std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

// Phases wrap: what counts is which of two is ahead.
constexpr std::int32_t ahead(std::uint32_t phase, std::uint32_t of) {
  return static_cast<std::int32_t>(phase - of);
}

}  // namespace

FreeRing::FreeRing(std::span<std::atomic<std::uint64_t>> cells, Fill fill)
    : cells_(cells),
      head_(fill == Fill::full ? 0 : std::uint64_t{1} << 32),
      tail_(std::uint64_t{1} << 32) {
  if (fill == Fill::full) return;
  // Relaxed: the ring is not shared yet. Each waits for the round after the first.
  for (auto& cell : cells_) cell.store(cell_value(1, 0), std::memory_order_relaxed);
}

std::uint64_t FreeRing::after(std::uint64_t position) const {
  if (low(position) + 1 < cells_.size()) return position + 1;
  return std::uint64_t{high(position) + 1} << 32;
}

void FreeRing::push(std::uint32_t index) {
  for (;;) {
    std::uint64_t tail = tail_.load();
    std::atomic<std::uint64_t>& cell = cells_[low(tail)];
    std::uint64_t seen = cell.load();
    const std::uint32_t full = 2 * high(tail);
    // Full in the round before: more slots than cells. A slot was pushed twice.
    CHECK(ahead(high(seen), full - 1) >= 0);
    const bool waits = high(seen) == full - 1;
    const bool done =
        waits && cell.compare_exchange_strong(seen, cell_value(full, index ^ low(tail)));
    // Filled, by us or by another: the mark may move on. If it has, this swap fails.
    if (done || !waits) tail_.compare_exchange_strong(tail, after(tail));
    if (done) return;
  }
}

std::optional<std::uint32_t> FreeRing::pop() {
  for (;;) {
    std::uint64_t head = head_.load();
    std::atomic<std::uint64_t>& cell = cells_[low(head)];
    std::uint64_t seen = cell.load();
    const std::uint32_t full = 2 * high(head);
    if (ahead(high(seen), full) < 0) return std::nullopt;
    const bool waits = high(seen) == full;
    const std::uint32_t index = low(seen) ^ low(head);
    const bool done = waits && cell.compare_exchange_strong(seen, cell_value(full + 1, 0));
    if (done || !waits) head_.compare_exchange_strong(head, after(head));
    if (done) return index;
  }
}

}  // namespace stentor::lease
