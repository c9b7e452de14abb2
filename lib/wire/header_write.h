// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The headers that every sent frame begins with, for the writers of this module alone. A header
// that does not fit makes the Writer fail, nothing else.

#include <cstdint>

#include "base/bytes.h"
#include "wire/address.h"
#include "wire/frame.h"

namespace stentor::wire {

inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::uint8_t kProtocolIcmpv6 = 58;
// What the 16-bit total length of IPv4 leaves to its payload.
inline constexpr std::size_t kIpv4PayloadBytesMax = 65535 - kIpv4HeaderBytes;

void write_link(base::Writer& out, const Link& link, std::uint16_t ethertype);

// Without options, `don't fragment` set, identification 0 (RFC 6864). `payload_bytes` is at most
// kIpv4PayloadBytesMax.
void write_ipv4(base::Writer& out, Ipv4Address source, Ipv4Address destination,
                std::uint8_t protocol, std::size_t payload_bytes);

}  // namespace stentor::wire
