// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Router solicitations and advertisements (RFC 4861 sections 4.1 and 4.2): all that is read of
// IPv6. DHCP and TFTP are served over IPv4 alone; this is for firmware that looks for IPv6 first.

#include <cstdint>

#include "base/bytes.h"
#include "wire/drop_reason.h"
#include "wire/ipv6_address.h"

namespace stentor::wire {

inline constexpr std::size_t kIpv6HeaderBytes = 40;
inline constexpr std::size_t kRouterAdvertisementBytes = 16;  // without options

struct RouterMessage {
  static constexpr std::uint8_t kSolicitation = 133;
  static constexpr std::uint8_t kAdvertisement = 134;

  std::uint8_t type = 0;               // one of the two
  std::uint16_t lifetime_seconds = 0;  // of an advertisement: for how long it is a default router
  Ipv6Address source;
};

// Of a frame's IPv6 packet, and whatever padding follows it. What it returns stands all tests of
// RFC 4861 sections 6.1.1 and 6.1.2. A solicitation is to all routers; an advertisement tells of a
// router whomever it is to: the kernel, which has our MAC on an interface, may have asked.
// Extension headers are not looked behind: neither message needs any.
Parsed<RouterMessage> parse_router_message(base::Bytes packet);

}  // namespace stentor::wire
