// SPDX-License-Identifier: BSD-3-Clause
#include <memory>

#include "base/check.h"
#include "lease/pool.h"
#include "lease/table.h"

namespace stentor::lease {

namespace {

// Zeroed memory is these objects' first state (their headers say so); nothing is written, so that a
// table of 16 million addresses starts at once.
template <typename T>
T* zeroed_objects(base::MutableBytes memory, std::size_t offset) {
  return reinterpret_cast<T*>(memory.data() + offset);
}

// `size` bytes behind `bytes`, which grow to a whole cache line.
std::size_t add_part(std::size_t& bytes, std::size_t size) {
  const std::size_t offset = bytes;
  bytes += (size + 63) / 64 * 64;
  return offset;
}

}  // namespace

// Where a table's pools lie in its memory for them.
struct Table::PoolLayout {
  explicit PoolLayout(const Plan& plan) {
    std::size_t cell_count = 0;
    std::size_t hint_count = 0;
    for (std::size_t i = 0; i < plan.pools(); ++i) {
      const std::size_t count = plan.interval_of(static_cast<PoolId>(i)).count;
      cell_count += count;
      hint_count += ExpiryTree::hints_for(count);
    }
    pools = add_part(bytes, plan.pools() * sizeof(Pool));
    cells = add_part(bytes, cell_count * sizeof(std::uint64_t));
    hints = add_part(bytes, hint_count * sizeof(std::uint64_t));
  }

  // What `room` may add to a layout, at the most: a pool that is small has a hint a level.
  static std::size_t bytes_of(Room room) {
    const std::size_t hints =
        room.slots / (ExpiryTree::kLeafRecords - 1) + (room.pools + 1) * ExpiryTree::kLevelsMax;
    return room.pools * sizeof(Pool) + (room.slots + hints) * sizeof(std::uint64_t);
  }

  std::size_t bytes = 0;
  std::size_t pools, cells, hints;
};

// Where the parts lie in the table's memory: byte offsets, each aligned to a cache line.
struct Table::Layout {
  Layout(const Plan& plan, Room room) : slots(plan.slots() + room.slots) {
    records = add_part(bytes, slots * sizeof(Record));
    buckets = add_part(bytes, OwnerIndex::buckets_for(slots) * sizeof(std::uint64_t));
    const bool has_room = room.slots + room.pools != 0;
    pool_bytes = PoolLayout(plan).bytes + (has_room ? PoolLayout::bytes_of(room) : 0);
    pools = add_part(bytes, pool_bytes);
    pool_bytes = bytes - pools;
    if (has_room) add_part(bytes, pool_bytes);
  }

  std::size_t bytes = 0;
  std::size_t slots;
  std::size_t records, buckets, pools;
  std::size_t pool_bytes;  // of one table; those of the next one follow, if there may be one
};

std::size_t Table::bytes_needed(const Plan& plan, Room room) { return Layout(plan, room).bytes; }

Table::Table(const Plan& plan, base::MutableBytes memory, Room room)
    : Table(plan, memory, Layout(plan, room)) {}

Table::Table(const Plan& plan, base::MutableBytes memory, const Layout& layout)
    : plan_(plan),
      generation_(0),
      records_(zeroed_objects<Record>(memory, layout.records)),
      index_(records_, {zeroed_objects<std::atomic<std::uint64_t>>(memory, layout.buckets),
                        OwnerIndex::buckets_for(layout.slots)}),
      pool_memory_(memory.subspan(layout.pools, layout.pool_bytes)),
      next_pool_memory_(memory.first(layout.bytes).subspan(layout.pools + layout.pool_bytes)),
      pools_(zeroed_objects<Pool>(pool_memory_, 0)) {
  CHECK(memory.size() >= layout.bytes);
  CHECK(reinterpret_cast<std::uintptr_t>(memory.data()) % 64 == 0);
  make_pools(FreeRing::Fill::full);
  // Relaxed: the table is not shared yet.
  for (const Slot slot : plan.reserved()) {
    records_[slot].place.store(Place(0, Queued::in, true).raw(), std::memory_order_relaxed);
  }
}

bool Table::can_be_followed_by(const Plan& plan) const {
  return PoolLayout(plan).bytes <= next_pool_memory_.size() && generation_ < Place::kGenerationMax;
}

// Nobody reads what lies in `previous`' next memory: it was its predecessor's.
Table::Table(const Plan& plan, const Table& previous)
    : plan_(plan),
      generation_(previous.generation_ + 1),
      records_(previous.records_),
      index_(previous.index_),
      pool_memory_(previous.next_pool_memory_),
      next_pool_memory_(previous.pool_memory_),
      pools_(zeroed_objects<Pool>(pool_memory_, 0)) {
  CHECK(previous.can_be_followed_by(plan));
  make_pools(FreeRing::Fill::empty);
}

void Table::make_pools(FreeRing::Fill fill) {
  const PoolLayout layout(plan_);
  auto* cells = zeroed_objects<std::atomic<std::uint64_t>>(pool_memory_, layout.cells);
  auto* hints = zeroed_objects<std::atomic<std::uint64_t>>(pool_memory_, layout.hints);
  for (std::size_t i = 0; i < plan_.pools(); ++i) {
    const auto id = static_cast<PoolId>(i);
    const Plan::Interval interval = plan_.interval_of(id);
    const std::span own_hints(hints, ExpiryTree::hints_for(interval.count));
    if (fill == FreeRing::Fill::empty) {
      // Relaxed: the table is not shared yet.
      for (auto& hint : own_hints) hint.store(0, std::memory_order_relaxed);
    }
    std::construct_at(pools_ + i, id, interval, plan_.is_whole(id),
                      std::span(cells, interval.count), fill, own_hints);
    cells += interval.count;
    hints += own_hints.size();
  }
}

}  // namespace stentor::lease
