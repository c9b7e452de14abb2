// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Under what a client's leases are kept (DESIGN section 4, "Stable addresses"): by what it says of
// itself in a message, or by what another server's lease file says of it. Both find the same lease.

#include <optional>

#include "dhcp/policy.h"
#include "dhcp/request.h"
#include "lease/table.h"

namespace stentor::dhcp {

// Of a client in `subnet`, to whom `reservation` is made (null: none).
wire::Parsed<lease::Owner> owner_of_client(const Policy& policy, const Subnet& subnet,
                                           const Reservation* reservation, const Request& request);

// All that is known of a client.
struct KnownClient {
  std::uint8_t htype = 0;
  base::Bytes hardware{};
  base::Bytes client_identifier{};  // option 61
};

// nullopt: no subnet has the address, or nothing that is known of the client identifies it there.
std::optional<lease::Owner> owner_of_known(const Policy& policy, wire::Ipv4Address address,
                                           const KnownClient& client);

}  // namespace stentor::dhcp
