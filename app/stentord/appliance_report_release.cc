// SPDX-License-Identifier: BSD-3-Clause
// A lease that an operator ends: in the table, as a worker does for who gives its address back, and
// then on disk.
#include <mutex>

#include "appliance_report.h"
#include "store/lease_reader.h"

namespace stentor {

namespace {

void note(lease::LeaseChange& change, const lease::Lease& lease, const lease::Owner& owner) {
  // What the disk says of another client is not this one's.
  if (!(change.owner == owner)) change = {};
  change.address = lease.address;
  change.version = lease.version;
  change.expiry = lease.expiry;
  change.state = lease.state;
  change.owner = owner;
}

}  // namespace

control::Released ApplianceReport::release(wire::Ipv4Address address, base::Time now,
                                           base::Duration patience) {
  lease::LeaseChange change = change_on_disk(address);
  change.address = address;
  Ended ended;
  {
    const std::unique_lock held(lock_, patience);
    if (!held) return {.what = control::Release::busy};
    ended = end_lease(change, now);
  }
  const bool is_stored = ended.is_for_disk && appliance_.store_ != nullptr;
  if (is_stored && !appliance_.store_->commit(change, patience)) {
    ended.released.what = control::Release::not_on_disk;
  }
  return ended.released;
}

// What a client has said of itself is kept beside a lease that has ended, for people.
lease::LeaseChange ApplianceReport::change_on_disk(wire::Ipv4Address address) const {
  if (!appliance_.store_) return {};
  auto reader = store::LeaseReader::open(appliance_.store_->path());
  if (!reader) return {};
  const auto record = reader->find(address, store::ClockPair::now());
  return record ? record->change : lease::LeaseChange{};
}

// Again for who comes in between: a worker may bind, renew or give the address away. Who finds it
// in another's hands for so long asks again.
ApplianceReport::Ended ApplianceReport::end_lease(lease::LeaseChange& change, base::Time now) {
  lease::Table& table = appliance_.tables_->current();
  constexpr int kTriesMax = 1000;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    const auto lease = table.at(change.address);
    if (!lease || lease->state == lease::State::free || lease->expiry <= now) return {};
    const control::Released done{.what = control::Release::done, .was = lease->state};
    if (lease->state == lease::State::declined) {
      if (!table.pardon(change.address, now)) continue;
      const lease::Lease pardoned = *table.at(change.address);
      note(change, pardoned, change.owner);
      // Somebody may have it already: an offer is not stored, a lease is, by the worker.
      change.state = lease::State::free;
      return {.released = done, .is_for_disk = pardoned.state != lease::State::bound};
    }
    const auto owner = table.owner_at(change.address);
    if (!owner) continue;
    const auto freed = table.release(*owner, change.address, now);
    if (!freed) continue;
    note(change, *freed, *owner);
    return {.released = done, .is_for_disk = true};
  }
  return {.released = {.what = control::Release::busy}};
}

}  // namespace stentor
