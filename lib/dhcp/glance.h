// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whose a DHCP message seems to be, by a glance that checks next to nothing: whom to fetch into the
// cache before answer() has its turn.

#include <optional>

#include "base/bytes.h"
#include "dhcp/policy.h"
#include "lease/table.h"

namespace stentor::dhcp {

// Of a client that is known by its hardware address, on `network`'s own link or behind a relay.
// nullopt: nobody to be fetched.
std::optional<lease::Owner> glance_at_owner(const Policy& policy, NetworkIndex network,
                                            base::Bytes message);

}  // namespace stentor::dhcp
