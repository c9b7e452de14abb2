// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the kernel sends through an interface. Serving takes the interface from the system; a
// default route through it is how this machine is reached, and must not go by accident. Control
// thread.

#include <optional>

#include "base/error.h"
#include "wire/address.h"

namespace stentor::dpdk {

// A route counts as the default one when it has half of the addresses or more, which is how VPNs
// lay theirs over a default route: of IPv4 a prefix of 0 or 1 bits; of IPv6, whose global addresses
// are 2000::/3 (RFC 4291 section 2.4), one of 4 bits or fewer.
inline constexpr unsigned kIpv4DefaultBitsMax = 1;
inline constexpr unsigned kIpv6DefaultBitsMax = 4;

struct InterfaceRoutes {
  bool has_default = false;
  // Where the main table's IPv4 default route leads: all addresses, and the one that the kernel
  // prefers.
  std::optional<wire::Ipv4Address> gateway{};
};

// Of both families, in every table, whatever rule leads there, by each of a route's next hops.
base::Result<InterfaceRoutes> read_interface_routes(unsigned index);

}  // namespace stentor::dpdk
