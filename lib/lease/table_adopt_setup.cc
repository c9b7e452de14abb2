// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "lease/lifetime.h"
#include "lease/pool.h"
#include "lease/table.h"

// A table that follows another one takes over its records while workers change them.
//
// Before it is published, a record that is free comes into its pool's ring, and is left as it is:
// its `place` is older, which the new table reads as "in the ring". Any other is marked as out of
// it. Whoever has the old table leaves a mark that is newer than that alone, and so does not put
// such an address back when it becomes free: finish_adoption() does, once nobody has the old table.
// What is noted of expiries goes into the old table's tree meanwhile; it is noted again then.
//
// No address is lost: what is free, and marked as out, when finish_adoption() looks, is put back
// there; what becomes free later, its worker puts back, for it has the new table. Both may do it:
// enqueue() puts a slot into a ring once.

namespace stentor::lease {

std::size_t Table::largest_pool() const {
  std::size_t largest = 0;
  for (std::size_t i = 0; i < plan_.pools(); ++i) {
    largest = std::max<std::size_t>(largest, plan_.interval_of(static_cast<PoolId>(i)).count);
  }
  return largest;
}

void Table::adopt_records(std::span<GivenBack> room) {
  for (const Slot slot : plan_.reserved()) records_[slot].place.fetch_or(Place::kReserved);
  for (std::size_t i = 0; i < plan_.pools(); ++i) adopt_pool(pools_[i], room);
}

// Those that never had an owner come first, then those that were given back, in that order.
void Table::adopt_pool(Pool& pool, std::span<GivenBack> room) {
  std::size_t remembered = 0;
  for (std::uint32_t index = 0; index < pool.interval.count; ++index) {
    const Slot slot = slot_in(pool, index);
    Record& record = records_[slot];
    const Word word = record.load();
    if (has_expiry(word.phase())) pool.expiries.lower(index, word.expiry());
    Place place{record.place.load()};
    if (word.phase() == Phase::idle && !place.is_reserved()) {
      if (index_.is_linked(slot)) {
        room[remembered++] = {word.expiry(), index};
      } else {
        pool.ring.push(index);
      }
      continue;
    }
    while (!record.swap(place, Place(generation_, Queued::out, place.is_reserved()))) {
      place = Place{record.place.load()};
    }
  }
  const auto in_order = room.first(remembered);
  std::ranges::sort(in_order);
  for (const auto& [given_back, index] : in_order) pool.ring.push(index);
}

void Table::finish_adoption(const Plan& before) {
  const auto reserved = plan_.reserved();
  for (const Slot slot : before.reserved()) {
    if (!std::ranges::binary_search(reserved, slot)) {
      records_[slot].place.fetch_and(~Place::kReserved);
    }
  }
  for (std::size_t i = 0; i < plan_.pools(); ++i) finish_pool(pools_[i]);
}

void Table::finish_pool(Pool& pool) {
  for (std::uint32_t index = 0; index < pool.interval.count; ++index) {
    const Slot slot = slot_in(pool, index);
    Record& record = records_[slot];
    Place place{record.place.load()};
    if (place.is_reserved()) {
      if (std::ranges::binary_search(plan_.reserved(), slot)) continue;
      // By reserve(), and this plan does not say so.
      record.place.fetch_and(~Place::kReserved);
      place = Place{record.place.load()};
    }
    const Word word = record.load();
    if (has_expiry(word.phase())) pool.expiries.lower(index, word.expiry());
    if (word.phase() == Phase::declined) count_again(slot, {&pool, index}, word);
    const bool is_out =
        place.generation() == generation_ && place.queued(generation_) == Queued::out;
    if (is_out && word.phase() == Phase::idle) enqueue(slot);
  }
}

// An address that is set aside counts in the new pool's quarantine, whether or not that is full.
void Table::count_again(Slot slot, const Spot& spot, Word word) {
  if (is_counted_here(slot)) return;
  const auto claimed = take(slot, word);
  if (!claimed) return;
  spot.pool->declined.fetch_add(1);
  note_quarantine(slot, spot);
  records_[slot].word.store(claimed->word.next(Phase::declined, word.expiry()).raw());
  note_expiry(slot, word.expiry());
}

std::optional<std::uint32_t> Table::retire(Slot slot, base::Time now) {
  const auto claimed = claim_slot(slot, now);
  if (!claimed) return std::nullopt;
  // It stays `leaving`: idle, it would be there for a worker that still knows the address.
  return claimed->word.version();
}

void Table::reset(Slot slot, std::uint32_t version, Second expiry) {
  Record& record = records_[slot];
  const Phase phase = expiry == 0 ? Phase::idle : Phase::cooling;
  record.address.store(0);
  record.owner_low.store(0);
  record.owner_high.store(0);
  record.last_use.store(0);
  record.place.store(0);
  record.last_bind.store(0);
  record.promised.store(0);
  record.quarantine.store(0);
  record.word.store(Word(version, phase, expiry).raw());
}

}  // namespace stentor::lease
