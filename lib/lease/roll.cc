// SPDX-License-Identifier: BSD-3-Clause
#include "lease/roll.h"

#include "lease/lifetime.h"

namespace stentor::lease {

namespace {

constexpr State state_of(Phase phase) {
  switch (phase) {
    case Phase::offered:
      return State::offered;
    case Phase::bound:
      return State::bound;
    case Phase::declined:
      return State::declined;
    case Phase::idle:
    case Phase::cooling:
    case Phase::leaving:
    case Phase::joining:
      break;
  }
  return State::free;
}

}  // namespace

Lease lease_of(wire::Ipv4Address address, Word word) {
  return {address, state_of(word.phase()), word.version(), time_of(word.expiry())};
}

// The word has not changed after the owner was read, so by I2 the owner is the one that it is
// about. In `leaving` and `joining` the record is between two.
std::optional<Owner> Roll::owner_of(Slot slot) const {
  const Record& record = records_[slot];
  const Word word = record.load();
  if (word.phase() == Phase::leaving || word.phase() == Phase::joining) return std::nullopt;
  const Owner owner{{record.owner_low.load(), record.owner_high.load()}};
  if (!index_.is_linked(slot) || record.load() != word) return std::nullopt;
  return owner;
}

std::optional<OwnedLease> Roll::owned(Slot slot) const {
  const Record& record = records_[slot];
  const Word word = record.load();
  const Lease lease = lease_of(wire::Ipv4Address{record.address.load()}, word);
  if (lease.state == State::declined) return OwnedLease{lease, {}};
  if (lease.state == State::offered) return std::nullopt;
  const auto owner = owner_of(slot);
  // Read again: by I2 the owner is the one of a word that has not changed.
  if (!owner || record.load() != word) return std::nullopt;
  return OwnedLease{lease, *owner};
}

}  // namespace stentor::lease
