// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One lease, and whose it is. Plain values: what the table (table.h) says of an address.

#include <cstdint>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/siphash.h"
#include "wire/address.h"

namespace stentor::lease {

// A keyed 128-bit hash of (shared network, htype, chaddr) or of the identifier that stands in for
// it.
struct Owner {
  base::Hash128 hash;
  friend bool operator==(const Owner&, const Owner&) = default;
};

// `network` is the shared network's index, `kind` tells identifiers of different sorts apart (the
// htype for a hardware address, 255 for a client identifier, 254 for a UUID).
Owner owner_of(const base::HashKey& key, std::uint32_t network, std::uint8_t kind,
               base::Bytes identifier);

enum class State : std::uint8_t {
  free,      // nobody's; or its last owner's until somebody else needs it
  offered,   // held for its owner until `expiry`
  bound,     // leased to its owner until `expiry`
  declined,  // set aside until `expiry`: somebody else was seen to use it
};

struct Lease {
  wire::Ipv4Address address;
  State state = State::free;
  std::uint32_t version = 0;
  base::Time expiry{};  // of a free address: no meaning

  [[nodiscard]] bool is_bound_at(base::Time now) const {
    return state == State::bound && expiry > now;
  }
};

// What the store is to know of an address.
struct OwnedLease {
  Lease lease;
  Owner owner;  // of one that is set aside: nobody
};

// How long after a client's last acknowledged block nobody else gets its address (DESIGN 5).
inline constexpr base::Duration kUseHold = std::chrono::minutes{2};

}  // namespace stentor::lease
