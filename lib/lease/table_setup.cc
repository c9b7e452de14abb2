// SPDX-License-Identifier: BSD-3-Clause
#include <memory>

#include "base/check.h"
#include "lease/pool.h"
#include "lease/table.h"

namespace stentor::lease {

// Where the parts lie in the table's memory: byte offsets, each aligned to a cache line.
struct Table::Layout {
  explicit Layout(const Plan& plan) {
    records = add(plan.slots() * sizeof(Record));
    buckets = add(OwnerIndex::buckets_for(plan.slots()) * sizeof(std::uint64_t));
    pools = add(plan.pools() * sizeof(Pool));
    std::size_t cell_count = 0;
    std::size_t hint_count = 0;
    for (std::size_t i = 0; i < plan.pools(); ++i) {
      const std::size_t count = plan.interval_of(static_cast<PoolId>(i)).count;
      cell_count += count;
      hint_count += ExpiryTree::hints_for(count);
    }
    cells = add(cell_count * sizeof(std::uint64_t));
    hints = add(hint_count * sizeof(std::uint64_t));
  }

  std::size_t records, buckets, pools, cells, hints;
  std::size_t bytes = 0;

 private:
  std::size_t add(std::size_t size) {
    const std::size_t offset = bytes;
    bytes += (size + 63) / 64 * 64;
    return offset;
  }
};

namespace {

// Zeroed memory is these objects' first state (their headers say so); nothing is written, so that a
// table of 16 million addresses starts at once.
template <typename T>
T* zeroed_objects(base::MutableBytes memory, std::size_t offset) {
  return reinterpret_cast<T*>(memory.data() + offset);
}

}  // namespace

std::size_t Table::bytes_needed(const Plan& plan) { return Layout{plan}.bytes; }

Table::Table(const Plan& plan, base::MutableBytes memory) : Table(plan, memory, Layout{plan}) {}

Table::Table(const Plan& plan, base::MutableBytes memory, const Layout& layout)
    : plan_(plan),
      records_(zeroed_objects<Record>(memory, layout.records)),
      pools_(zeroed_objects<Pool>(memory, layout.pools)),
      index_(records_, {zeroed_objects<std::atomic<std::uint64_t>>(memory, layout.buckets),
                        OwnerIndex::buckets_for(plan.slots())}) {
  CHECK(memory.size() >= layout.bytes);
  CHECK(reinterpret_cast<std::uintptr_t>(memory.data()) % 64 == 0);
  auto* cells = zeroed_objects<std::atomic<std::uint64_t>>(memory, layout.cells);
  auto* hints = zeroed_objects<std::atomic<std::uint64_t>>(memory, layout.hints);
  for (std::size_t i = 0; i < plan.pools(); ++i) {
    const Plan::Interval interval = plan.interval_of(static_cast<PoolId>(i));
    const std::size_t hint_count = ExpiryTree::hints_for(interval.count);
    std::construct_at(pools_ + i, interval, std::span{cells, interval.count},
                      std::span{hints, hint_count});
    cells += interval.count;
    hints += hint_count;
  }
  // Relaxed: the table is not shared yet.
  for (const Slot slot : plan.reserved()) {
    records_[slot].queued.store(Queued::reserved, std::memory_order_relaxed);
  }
}

}  // namespace stentor::lease
