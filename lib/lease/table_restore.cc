// SPDX-License-Identifier: BSD-3-Clause
#include "base/check.h"
#include "lease/lifetime.h"
#include "lease/table.h"

// What the lease store says, and what is said to it.

namespace stentor::lease {

// Versions go on from the one on disk, so that whatever happens next is newer.
Table::Restored Table::restore(const Lease& lease, const Owner& owner, base::Time now) {
  const auto slot = plan_.slot_of(lease.address);
  if (!slot) return Restored::absent;
  CHECK(claim_slot(*slot, now));  // no worker runs, and nobody has been given it
  const Claim claim{*slot, Word{lease.version, Phase::leaving, 0}};
  const Second expiry = second_at_or_after(lease.expiry);
  if (lease.state == State::declined) {
    restore_declined(claim, expiry, now);
    return Restored::whole;
  }
  const bool is_bound = lease.state == State::bound;
  if (index_.find(owner.hash)) {
    restore_nobodys(claim, is_bound ? expiry : 0, now);
    return Restored::moved;
  }
  CHECK(settle(claim, owner, Phase::bound, is_bound ? expiry : 0));
  if (is_bound) {
    // Relaxed, both: before any worker.
    records_[*slot].promised.store(expiry, std::memory_order_relaxed);
    records_[*slot].last_bind.store(second_of(now), std::memory_order_relaxed);
  } else {
    CHECK(release(owner, lease.address, now));
  }
  return Restored::whole;
}

// Where too many are set aside already, it is nobody's until then all the same.
void Table::restore_declined(const Claim& claim, Second expiry, base::Time now) {
  const Spot spot = find_spot(claim.slot);
  if (expiry <= second_of(now) || !enter_quarantine(spot)) {
    return restore_nobodys(claim, expiry, now);
  }
  note_quarantine(claim.slot, spot);
  // Release; pairs with the load in Roll::owned().
  records_[claim.slot].address.store(plan_.address_of(claim.slot).host(),
                                     std::memory_order_release);
  records_[claim.slot].word.store(claim.word.next(Phase::declined, expiry).raw());
  note_expiry(claim.slot, expiry);
}

void Table::restore_nobodys(const Claim& claim, Second expiry, base::Time now) {
  if (expiry > second_of(now)) {
    set_cooling(claim, expiry);
  } else {
    set_free(claim);
  }
}

// A lease that is cut short may reach the disk though its ACK does not leave.
void Table::lower_promise(Slot slot, Second expiry) {
  std::atomic<Second>& promised = records_[slot].promised;
  Second seen = promised.load();
  while (seen > expiry && !promised.compare_exchange_weak(seen, expiry)) {
  }
}

void Table::note_promise(const Lease& lease) {
  const auto slot = plan_.slot_of(lease.address);
  if (!slot) return;
  Record& record = records_[*slot];
  if (record.load().version() != lease.version) return;
  record.promised.store(second_at_or_after(lease.expiry));
  // It changed hands between the two lines: the promise was not made to its new owner.
  if (record.load().version() != lease.version) record.promised.store(0);
}

base::Time Table::promised_until(wire::Ipv4Address address) const {
  const auto slot = plan_.slot_of(address);
  return slot ? time_of(records_[*slot].promised.load()) : base::Time{};
}

}  // namespace stentor::lease
