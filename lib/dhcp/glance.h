// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whose a DHCP message seems to be, by a glance that checks next to nothing: whom to fetch into the
// cache, and which worker to leave it to, before answer() has its turn.

#include <optional>

#include "base/bytes.h"
#include "dhcp/policy.h"
#include "lease/table.h"

namespace stentor::dhcp {

struct Sender {
  lease::Owner owner;        // of its lease
  std::uint64_t client = 0;  // client_hash() of its hardware address
};

// Of a client that is known by its hardware address, on `network`'s own link or behind a relay.
// nullopt: nobody to be fetched.
std::optional<Sender> glance_at_sender(const Policy& policy, NetworkIndex network,
                                       base::Bytes message);

// Tells clients apart by their hardware address, keyed. nullopt: it is no DHCP message.
std::optional<std::uint64_t> glance_at_client(const base::HashKey& key, base::Bytes message);

}  // namespace stentor::dhcp
