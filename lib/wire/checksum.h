// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit
// words.
//
// A `Sum` is an unfolded partial sum over an even-aligned run of bytes, in host order of big-endian
// words: sums of consecutive even-length runs are simply added. An odd last byte counts as the high
// half of a word.

#include <cstdint>

#include "base/bytes.h"
#include "wire/address.h"
#include "wire/ipv6_address.h"

namespace stentor::wire {

using Sum = std::uint64_t;

// The fast routine; fuzzed against the obvious one in tests/fuzz. The result is at most 0xffff, so
// it may be kept in 16 bits.
Sum sum_of(base::Bytes bytes);

// The sum of the UDP pseudo-header (RFC 768) of a datagram of `udp_bytes` (header and payload).
Sum pseudo_header_sum(Ipv4Address source, Ipv4Address destination, std::uint16_t udp_bytes);

// The same of an ICMPv6 message of `icmp_bytes` (RFC 8200 section 8.1).
Sum icmpv6_pseudo_header_sum(const Ipv6Address& source, const Ipv6Address& destination,
                             std::uint16_t icmp_bytes);

// Folds to 16 bits, not complemented.
constexpr std::uint16_t folded(Sum sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);  // at most 2^33 - 2
  sum = (sum & 0xffff) + (sum >> 16);      // at most 3 * 0xffff + 1
  sum = (sum & 0xffff) + (sum >> 16);      // at most 0x10000
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

// The value of a checksum field over `sum`.
constexpr std::uint16_t checksum(Sum sum) { return static_cast<std::uint16_t>(~folded(sum)); }

// The same for UDP, where 0 means "none" and is sent as all ones (RFC 768).
constexpr std::uint16_t udp_checksum(Sum sum) {
  const std::uint16_t value = checksum(sum);
  return value == 0 ? 0xffff : value;
}

}  // namespace stentor::wire
