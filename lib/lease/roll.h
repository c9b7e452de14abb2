// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The records of all addresses, whatever table they are seen through: what the lease store reads
// while workers change them. It outlives every table. Any thread.

#include <optional>

#include "lease/lease.h"
#include "lease/owner_index.h"
#include "lease/record.h"

namespace stentor::lease {

// What a record's word says of its address.
Lease lease_of(wire::Ipv4Address address, Word word);

class Roll {
 public:
  Roll(const Record* records, const OwnerIndex& index) : records_(records), index_(index) {}

  // Who the address was last given to, as long as nobody else got it.
  [[nodiscard]] std::optional<Owner> owner_of(Slot slot) const;
  // What the store is to know of an address, by its slot; nullopt: nobody's, or offered, which is
  // not stored. A free address with an owner was given back by it.
  [[nodiscard]] std::optional<OwnedLease> owned(Slot slot) const;

 private:
  const Record* records_;
  OwnerIndex index_;
};

}  // namespace stentor::lease
