// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "lease/lifetime.h"
#include "lease/pool.h"
#include "lease/table.h"

namespace stentor::lease {

Table::Spot Table::find_spot(Slot slot) const {
  return records_[slot].is_reserved() ? Spot{nullptr, 0} : spot_of(slot);
}

Table::Spot Table::spot_of(Slot slot) const {
  const Plan::Run* run = plan_.find_run(slot);
  if (run == nullptr || run->pool == kNoPool) return {nullptr, 0};
  return {&pools_[run->pool], run->index + (slot - run->slot)};
}

Slot Table::slot_in(const Pool& pool, std::uint32_t index) const {
  return pool.is_whole ? pool.interval.first + index : plan_.slot_in(pool.id, index);
}

// The step that follows each swap to `idle` (I4). No address is lost: after this step the slot is
// in the ring or on its way there, and whoever takes it out sets `out` first and looks at the word
// then. Either that comes before the step here, which then sees `out` and pushes; or after, and
// then it sees the word idle. (All sequentially consistent.)
void Table::enqueue(Slot slot) {
  const Spot spot = find_spot(slot);
  if (spot.pool == nullptr) return;
  Record& record = records_[slot];
  for (;;) {
    const Place place{record.place.load()};
    if (place.is_reserved() || place.generation() > generation_) return;
    const Queued queued = place.queued(generation_);
    if (queued == Queued::in_again) return;
    const Queued next = queued == Queued::in ? Queued::in_again : Queued::in;
    if (!record.swap(place, Place(generation_, next, false))) continue;
    if (next == Queued::in) spot.pool->ring.push(spot.index);
    return;
  }
}

// Follows each swap of the word that gave it an expiry. Reserved addresses, and those of no pool,
// are not swept: who may have them looks at their records directly.
void Table::note_expiry(Slot slot, Second expiry) {
  const Spot spot = find_spot(slot);
  if (spot.pool != nullptr) spot.pool->expiries.lower(spot.index, expiry);
}

// Reserved addresses have no limit: only their own reservation can decline them.
bool Table::enter_quarantine(const Spot& spot) {
  if (spot.pool == nullptr) return true;
  std::uint32_t count = spot.pool->declined.load();
  while (count < spot.pool->declined_max) {
    if (spot.pool->declined.compare_exchange_weak(count, count + 1)) return true;
  }
  return false;
}

// By who alone has the record, and has entered.
void Table::note_quarantine(Slot slot, const Spot& spot) {
  // Relaxed: it is of the declined word that follows, and read beside that.
  records_[slot].quarantine.store(spot.pool == nullptr ? 0 : generation_ + 1,
                                  std::memory_order_relaxed);
}

// Of a declined record: read before the word is swapped for another, it is that word's.
bool Table::is_counted_here(Slot slot) const {
  // Relaxed: note_quarantine() says why.
  return records_[slot].quarantine.load(std::memory_order_relaxed) == generation_ + 1;
}

void Table::leave_quarantine(const Spot& spot) {
  if (spot.pool != nullptr) spot.pool->declined.fetch_sub(1);
}

// True if the address had expired and was free of use: it is in the ring now. Else `expiry` says
// when to look again.
bool Table::collect_one(Slot slot, base::Time now, Second& expiry) {
  Record& record = records_[slot];
  expiry = kNeverSecond;
  if (record.is_reserved()) return false;
  for (;;) {
    const Word word = record.load();
    const Phase phase = word.phase();
    // Whoever has it in hand notes the expiry that he gives it.
    if (phase == Phase::idle || phase == Phase::leaving || phase == Phase::joining) return false;
    const Second until = std::max(word.expiry(), used_until(record));
    if (until > second_of(now)) {
      expiry = until;
      return false;
    }
    const bool is_counted = phase == Phase::declined && is_counted_here(slot);
    if (!record.swap(word, word.next(Phase::idle, word.expiry()))) continue;
    if (is_counted) leave_quarantine(spot_of(slot));
    enqueue(slot);
    return true;
  }
}

// True if at least one address came back.
bool Table::collect(Pool& pool, base::Time now, std::size_t& budget) {
  bool collected = false;
  pool.expiries.collect(second_of(now), budget, collected, [&](std::uint32_t index) {
    Second expiry;
    if (collect_one(slot_in(pool, index), now, expiry)) collected = true;
    return expiry;
  });
  return collected;
}

void Table::sweep(base::Time now, std::size_t records) {
  const std::size_t count = plan_.pools();
  if (count == 0) return;
  // Relaxed, both: where a sweep begins is a matter of fairness alone.
  const std::size_t first = hand_.load(std::memory_order_relaxed);
  std::size_t visited = 0;
  for (; visited < count && records > 0; ++visited) {
    Pool& pool = pools_[(first + visited) % count];
    while (records > 0 && collect(pool, now, records)) {
    }
    if (records > 0) --records;
  }
  // Not written when all was seen, as is usual: the line stays in every worker's cache.
  if (visited < count) {
    hand_.store(static_cast<std::uint32_t>((first + visited) % count), std::memory_order_relaxed);
  }
}

}  // namespace stentor::lease
