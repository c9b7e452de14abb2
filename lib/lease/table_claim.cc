// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "lease/lifetime.h"
#include "lease/pool.h"
#include "lease/table.h"

// take() from whoever had it, then settle() with the new owner, or set_free() or set_cooling() with
// none. Between the two, this thread alone has the record.

namespace stentor::lease {

// Takes the address from its owner, if the word is still `word`.
std::optional<Table::Claim> Table::take(Slot slot, Word word) {
  Record& record = records_[slot];
  const Word leaving = word.next(Phase::leaving, word.expiry());
  if (!record.swap(word, leaving)) return std::nullopt;
  index_.remove(slot);
  return Claim{slot, leaving};
}

// The address, if nobody holds it.
std::optional<Table::Claim> Table::claim_slot(Slot slot, base::Time now) {
  Record& record = records_[slot];
  const Word word = record.load();
  if (!is_takeable(record, word, now)) return std::nullopt;
  const auto claimed = take(slot, word);
  if (!claimed) return std::nullopt;
  if (word.phase() == Phase::declined && is_counted_here(slot)) leave_quarantine(spot_of(slot));
  // A touch that came before take() is seen here: it was not visible above.
  if (const Second used = used_until(record); used > second_of(now)) {
    set_cooling(*claimed, used);
    return std::nullopt;
  }
  return claimed;
}

// The address, if it rests only for the sake of what `owner` itself was promised before it had
// another one.
std::optional<Table::Claim> Table::claim_back(Slot slot, const Owner& owner) {
  const Record& record = records_[slot];
  const Word word = record.load();
  if (word.phase() != Phase::cooling) return std::nullopt;
  // Whose it was: as long as the word is the same, which take() makes sure of.
  const bool was_its_own =
      record.owner_low.load() == owner.hash.low && record.owner_high.load() == owner.hash.high;
  return was_its_own ? take(slot, word) : std::nullopt;
}

// What was popped is out of the ring. False: it is not to be claimed.
bool Table::take_out(Pool& pool, std::uint32_t index, Slot slot) {
  Record& record = records_[slot];
  for (;;) {
    const Place place{record.place.load()};
    // A newer table's: what is free there is in its ring.
    if (place.generation() > generation_) return false;
    // Only this thread, which popped the slot, changes `in_again`; enqueue() changes `in` to it.
    const bool again = place.queued(generation_) == Queued::in_again;
    const Place next(generation_, again ? Queued::in : Queued::out, place.is_reserved());
    if (!record.swap(place, next)) continue;
    if (again) pool.ring.push(index);
    return !again && !place.is_reserved();
  }
}

// The oldest free address of the pool.
std::optional<Table::Claim> Table::claim_free(Pool& pool, base::Time now) {
  while (const auto index = pool.ring.pop()) {
    const Slot slot = slot_in(pool, *index);
    if (!take_out(pool, *index, slot)) continue;
    if (const auto claimed = claim_slot(slot, now)) return claimed;
    park_used(slot, now);
  }
  return std::nullopt;
}

// The slot was popped and not claimed. If it is idle, but in use by TFTP, nobody would put it back:
// it cools. If it is not idle, whoever makes it idle puts it back.
void Table::park_used(Slot slot, base::Time now) {
  Record& record = records_[slot];
  const Word word = record.load();
  const Second used = used_until(record);
  if (word.phase() != Phase::idle || used <= second_of(now)) return;
  if (record.swap(word, word.next(Phase::cooling, used))) note_expiry(slot, used);
}

std::optional<Table::Claim> Table::claim_any(std::span<const PoolId> pools,
                                             std::optional<Slot> wanted, base::Time now) {
  if (wanted && !records_[*wanted].is_reserved()) {
    const PoolId own = plan_.range_of(*wanted);
    for (const PoolId pool : pools) {
      if (pool != own) continue;
      if (const auto claimed = claim_slot(*wanted, now)) return claimed;
    }
  }
  for (const PoolId pool : pools) {
    if (const auto claimed = claim_free(pools_[pool], now)) return claimed;
  }
  for (const PoolId pool : pools) {
    std::size_t budget = SIZE_MAX;
    while (collect(pools_[pool], now, budget)) {
      if (const auto claimed = claim_free(pools_[pool], now)) return claimed;
    }
  }
  return std::nullopt;
}

// Makes the claimed address `owner`'s. Nothing if the owner has got another one meanwhile, or has
// already done more with this one: look again.
std::optional<Lease> Table::settle(const Claim& claim, const Owner& owner, Phase phase,
                                   Second expiry) {
  Record& record = records_[claim.slot];
  // Relaxed: nobody has asked for it yet who could find the record.
  record.promised.store(0, std::memory_order_relaxed);
  // Relaxed: this thread alone has the record. It stays the slot's until reset().
  if (record.address.load(std::memory_order_relaxed) == 0) {
    // Release; pairs with the loads in Table::lease_of() and Roll::owned(), as the next three do.
    record.address.store(plan_.address_of(claim.slot).host(), std::memory_order_release);
  }
  // Release, all three; pair with the loads in OwnerIndex::walk(). The record is in no chain, and
  // becomes visible in one by a sequentially consistent swap.
  record.owner_low.store(owner.hash.low, std::memory_order_release);
  record.owner_high.store(owner.hash.high, std::memory_order_release);
  const Word joining = claim.word.next(Phase::joining, expiry);
  record.word.store(joining.raw(), std::memory_order_release);
  if (!index_.link(owner.hash, claim.slot)) {
    set_free({claim.slot, joining});
    return std::nullopt;
  }
  // From here on it is the owner's, and its other messages may be served by other workers.
  if (!change({claim.slot, joining}, phase, expiry)) return std::nullopt;
  return lease_of(claim.slot, joining.next(phase, expiry));
}

// Takes from an owner the address that it shall have no more. False if the record changed since.
bool Table::evict(const Found& held, base::Time now) {
  const auto claimed = take(held.slot, held.word);
  if (!claimed) return false;
  Second until = used_until(records_[held.slot]);
  if (held.word.phase() == Phase::bound) until = std::max(until, held.word.expiry());
  if (until > second_of(now)) {
    set_cooling(*claimed, until);
  } else {
    set_free(*claimed);
  }
  return true;
}

// The claimed address, in place of the one that the owner held. Nothing where evict() or settle()
// fails: look again.
std::optional<Lease> Table::offer_instead(const std::optional<Found>& held, const Claim& claim,
                                          const Owner& owner, base::Time now, Second expiry) {
  if (held && !evict(*held, now)) {
    set_free(claim);
    return std::nullopt;
  }
  return settle(claim, owner, Phase::offered, expiry);
}

void Table::set_free(const Claim& claim) {
  records_[claim.slot].word.store(claim.word.next(Phase::idle, 0).raw());
  enqueue(claim.slot);
}

void Table::set_cooling(const Claim& claim, Second expiry) {
  records_[claim.slot].word.store(claim.word.next(Phase::cooling, expiry).raw());
  note_expiry(claim.slot, expiry);
}

}  // namespace stentor::lease
