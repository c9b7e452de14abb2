// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "lease/lifetime.h"
#include "lease/pool.h"
#include "lease/table.h"

namespace stentor::lease {

Pool& Table::pool_of(Slot slot) const { return pools_[plan_.range_of(slot)]; }

// The step that follows each swap to `idle` (I4). No address is lost: after this step the slot is
// in the ring or on its way there, and whoever takes it out sets `out` first and looks at the word
// then. Either that comes before the step here, which then sees `out` and pushes; or after, and
// then it sees the word idle. (All sequentially consistent.)
void Table::enqueue(Slot slot) {
  Record& record = records_[slot];
  Queued queued = record.queued.load();
  for (;;) {
    if (queued == Queued::reserved || queued == Queued::in_again) return;
    const Queued next = queued == Queued::in ? Queued::in_again : Queued::in;
    if (!record.queued.compare_exchange_weak(queued, next)) continue;
    if (next == Queued::in) {
      Pool& pool = pool_of(slot);
      pool.ring.push(slot - pool.interval.first);
    }
    return;
  }
}

// Follows each swap of the word that gave it an expiry. Reserved addresses are not swept: who may
// have them looks at their records directly.
void Table::note_expiry(Slot slot, Second expiry) {
  if (records_[slot].is_reserved()) return;
  Pool& pool = pool_of(slot);
  pool.expiries.lower(slot - pool.interval.first, expiry);
}

// Reserved addresses have no limit: only their own reservation can decline them.
bool Table::enter_quarantine(Slot slot) {
  if (records_[slot].is_reserved()) return true;
  Pool& pool = pool_of(slot);
  std::uint32_t count = pool.declined.load();
  while (count < pool.declined_max) {
    if (pool.declined.compare_exchange_weak(count, count + 1)) return true;
  }
  return false;
}

void Table::leave_quarantine(Slot slot) {
  if (!records_[slot].is_reserved()) pool_of(slot).declined.fetch_sub(1);
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
    if (!record.swap(word, word.next(Phase::idle, word.expiry()))) continue;
    if (phase == Phase::declined) leave_quarantine(slot);
    enqueue(slot);
    return true;
  }
}

// True if at least one address came back.
bool Table::collect(Pool& pool, base::Time now, std::size_t& budget) {
  bool collected = false;
  pool.expiries.collect(second_of(now), budget, collected, [&](std::uint32_t index) {
    Second expiry;
    if (collect_one(pool.interval.first + index, now, expiry)) collected = true;
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

Table::Census Table::census(base::Time now) const {
  Census census;
  for (std::size_t slot = 0; slot < plan_.slots(); ++slot) {
    const Word word = records_[slot].load();
    const bool live = is_live(word, now);
    if (live && word.phase() == Phase::offered) {
      ++census.offered;
    } else if (live && word.phase() == Phase::bound) {
      ++census.bound;
    } else if (live && word.phase() == Phase::declined) {
      ++census.declined;
    } else {
      ++census.free;
    }
  }
  return census;
}

}  // namespace stentor::lease
