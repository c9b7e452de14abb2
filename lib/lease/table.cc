// SPDX-License-Identifier: BSD-3-Clause
#include "lease/table.h"

#include "lease/lifetime.h"
#include "lease/pool.h"

namespace stentor::lease {

// Of a record that had an owner. Its slot may be of another table's plan than this one's.
Lease Table::lease_of(Slot slot, Word word) const {
  return lease::lease_of(wire::Ipv4Address{records_[slot].address.load()}, word);
}

std::optional<Lease> Table::find(const Owner& owner) const {
  const auto found = index_.find(owner.hash);
  if (!found) return std::nullopt;
  return lease_of(found->slot, found->word);
}

std::optional<Lease> Table::at(wire::Ipv4Address address) const {
  const auto slot = plan_.slot_of(address);
  if (!slot) return std::nullopt;
  const Record& record = records_[*slot];
  const Word word = record.load();
  // In a table that no longer is the current one it may be another address's since.
  const std::uint32_t held = record.address.load();
  if (held != 0 && held != address.host()) return std::nullopt;
  return lease::lease_of(address, word);
}

bool Table::is_owner(wire::Ipv4Address address, const Owner& owner) const {
  const auto found = index_.find(owner.hash);
  return found && records_[found->slot].address.load() == address.host();
}

base::Time Table::last_bind(wire::Ipv4Address address) const {
  const auto slot = plan_.slot_of(address);
  if (!slot) return {};
  // Relaxed: bind() says why.
  return time_of(records_[*slot].last_bind.load(std::memory_order_relaxed));
}

std::optional<Owner> Table::owner_at(wire::Ipv4Address address) const {
  const auto slot = plan_.slot_of(address);
  if (!slot) return std::nullopt;
  return roll().owner_of(*slot);
}

// Swaps the word that `found` was seen with: fails if anything happened to the record since.
bool Table::change(const Found& found, Phase phase, Second expiry) {
  if (!records_[found.slot].swap(found.word, found.word.next(phase, expiry))) return false;
  note_expiry(found.slot, expiry);
  return true;
}

// The owner's own address, once more: bound stays bound. Nothing if the record changed meanwhile.
std::optional<Lease> Table::hold_again(const Found& found, base::Time now, Second expiry) {
  if (is_live(found.word, now) && found.word.phase() == Phase::bound) {
    return lease_of(found.slot, found.word);
  }
  if (!change(found, Phase::offered, expiry)) return std::nullopt;
  return lease_of(found.slot, found.word.next(Phase::offered, expiry));
}

// Whether the address that the owner has is one that offer() may give it.
bool Table::may_keep(const Found& held, std::span<const PoolId> pools) const {
  if (records_[held.slot].is_reserved()) return false;
  const PoolId own = plan_.range_of(held.slot);
  for (const PoolId pool : pools) {
    if (pool == own) return true;
  }
  return false;
}

Outcome<Lease> Table::offer(const Owner& owner, std::span<const PoolId> pools,
                            std::optional<wire::Ipv4Address> wanted, base::Time now,
                            base::Duration hold) {
  const Second expiry = second_at_or_after(later(now, hold));
  const std::optional<Slot> wanted_slot = wanted ? plan_.slot_of(*wanted) : std::nullopt;
  for (;;) {
    const auto held = index_.find(owner.hash);
    if (held) {
      const bool bound = held->word.phase() == Phase::bound && is_live(held->word, now);
      if (bound || may_keep(*held, pools)) {
        if (const auto lease = hold_again(*held, now, expiry)) return *lease;
        continue;
      }
    }
    const auto claimed = claim_any(pools, wanted_slot, now);
    if (!claimed) return tl::unexpected(Refusal::exhausted);
    if (const auto lease = offer_instead(held, *claimed, owner, now, expiry)) return *lease;
  }
}

Outcome<Lease> Table::offer_reserved(const Owner& owner, wire::Ipv4Address address, base::Time now,
                                     base::Duration hold) {
  const Second expiry = second_at_or_after(later(now, hold));
  const auto slot = plan_.slot_of(address);
  if (!slot) return tl::unexpected(Refusal::unknown_address);
  for (;;) {
    const auto held = index_.find(owner.hash);
    if (held && held->slot == *slot) {
      if (const auto lease = hold_again(*held, now, expiry)) return *lease;
      continue;
    }
    auto claimed = claim_slot(*slot, now);
    if (!claimed) claimed = claim_back(*slot, owner);
    if (!claimed) return tl::unexpected(Refusal::exhausted);
    if (const auto lease = offer_instead(held, *claimed, owner, now, expiry)) return *lease;
  }
}

Outcome<Lease> Table::bind(const Owner& owner, wire::Ipv4Address address, base::Time now,
                           base::Time expiry) {
  const Second until = second_at_or_after(expiry);
  const auto slot = plan_.slot_of(address);
  if (!slot) return tl::unexpected(Refusal::unknown_address);
  for (;;) {
    const auto held = index_.find(owner.hash);
    if (held && held->slot != *slot) return tl::unexpected(Refusal::not_owner);
    const auto claimed = held ? std::nullopt : claim_slot(*slot, now);
    if (!held && !claimed) return tl::unexpected(Refusal::not_owner);
    // Relaxed: whoever reads the word that follows, bound, reads this or what is later. If the
    // record changes hands before that word, the other's time is off by this moment.
    records_[*slot].last_bind.store(second_of(now), std::memory_order_relaxed);
    if (held && change(*held, Phase::bound, until)) {
      lower_promise(*slot, until);
      return lease_of(*slot, held->word.next(Phase::bound, until));
    }
    if (!claimed) continue;
    if (const auto lease = settle(*claimed, owner, Phase::bound, until)) return *lease;
  }
}

// Free again, and remembered as its owner's. False if the record changed meanwhile.
bool Table::give_back(const Found& found, base::Time now) {
  const Second used = used_until(records_[found.slot]);
  // In use a moment ago, by TFTP: it waits before anybody else may get it.
  if (used > second_of(now)) return change(found, Phase::cooling, used);
  if (!records_[found.slot].swap(found.word, found.word.next(Phase::idle, second_of(now)))) {
    return false;
  }
  enqueue(found.slot);
  return true;
}

Outcome<Lease> Table::release(const Owner& owner, wire::Ipv4Address address, base::Time now) {
  const auto slot = plan_.slot_of(address);
  if (!slot) return tl::unexpected(Refusal::unknown_address);
  for (;;) {
    const auto held = index_.find(owner.hash);
    if (!held || held->slot != *slot) return tl::unexpected(Refusal::not_owner);
    const Phase phase = held->word.phase();
    if (phase == Phase::idle || phase == Phase::cooling) return lease_of(*slot, held->word);
    if (!give_back(*held, now)) continue;
    // After the swap: a note of the lease that has ended finds another version (note_promise()).
    records_[*slot].promised.store(0);
    return lease_of(*slot, held->word.next(Phase::idle, second_of(now)));
  }
}

void Table::withdraw_offer(const Owner& owner, base::Time now) {
  for (;;) {
    const auto held = index_.find(owner.hash);
    if (!held) return;
    const Phase phase = held->word.phase();
    if (phase != Phase::offered && phase != Phase::joining) return;
    if (give_back(*held, now)) return;
  }
}

Outcome<Lease> Table::decline(const Owner& owner, wire::Ipv4Address address, base::Time now,
                              base::Duration hold) {
  const Second expiry = second_at_or_after(later(now, hold));
  const auto slot = plan_.slot_of(address);
  if (!slot) return tl::unexpected(Refusal::unknown_address);
  for (;;) {
    const auto held = index_.find(owner.hash);
    if (!held || held->slot != *slot) return tl::unexpected(Refusal::not_owner);
    const Phase phase = held->word.phase();
    const bool has = phase == Phase::offered || phase == Phase::bound;
    if (!has || !is_live(held->word, now)) return tl::unexpected(Refusal::not_owner);
    const Spot spot = find_spot(*slot);
    if (!enter_quarantine(spot)) return tl::unexpected(Refusal::quarantine_full);
    const auto claimed = take(*slot, held->word);
    if (!claimed) {
      leave_quarantine(spot);
      continue;
    }
    note_quarantine(*slot, spot);
    const Word word = claimed->word.next(Phase::declined, expiry);
    records_[*slot].word.store(word.raw());
    note_expiry(*slot, expiry);
    return lease_of(*slot, word);
  }
}

bool Table::pardon(wire::Ipv4Address address, base::Time now) {
  const auto slot = plan_.slot_of(address);
  if (!slot) return false;
  for (;;) {
    const Word word = records_[*slot].load();
    if (word.phase() != Phase::declined || !is_live(word, now)) return false;
    const bool is_counted = is_counted_here(*slot);
    if (!records_[*slot].swap(word, word.next(Phase::idle, second_of(now)))) continue;
    if (is_counted) leave_quarantine(spot_of(*slot));
    enqueue(*slot);
    return true;
  }
}

void Table::touch(wire::Ipv4Address address, base::Time now) {
  const auto slot = plan_.slot_of(address);
  if (!slot) return;
  // Relaxed, both: the stamp is one word that refers to nothing else. A claim that began before the
  // store is visible came before the touch.
  std::atomic<std::int64_t>& last_use = records_[*slot].last_use;
  const std::int64_t stamp = now.time_since_epoch().count();
  if (last_use.load(std::memory_order_relaxed) < stamp) {
    last_use.store(stamp, std::memory_order_relaxed);
  }
}

}  // namespace stentor::lease
