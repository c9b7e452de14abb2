// SPDX-License-Identifier: BSD-3-Clause
#include "wire/checksum.h"

#include <bit>
#include <cstring>

namespace stentor::wire {

namespace {

static_assert(std::endian::native == std::endian::little);

// Four 64-bit lanes: one AVX2 register, or whatever the target has instead.
using Lanes = std::uint64_t __attribute__((vector_size(32)));
constexpr std::size_t kStride = 2 * sizeof(Lanes);

template <typename T>
T load(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Whole strides of `bytes`. The halves of each 64-bit word are added apart, so no carry is ever
// lost: a lane overflows only after 2^32 additions.
std::uint64_t sum_of_strides(base::Bytes bytes) {
  constexpr Lanes kLowHalves = {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff};
  Lanes first{};
  Lanes second{};
  for (const std::uint8_t *at = bytes.data(), *end = at + bytes.size(); at != end; at += kStride) {
    const auto a = load<Lanes>(at);
    const auto b = load<Lanes>(at + sizeof(Lanes));
    first += (a & kLowHalves) + (a >> 32);
    second += (b & kLowHalves) + (b >> 32);
  }
  first += second;
  return first[0] + first[1] + first[2] + first[3];
}

}  // namespace

Sum sum_of(base::Bytes bytes) {
  const std::size_t in_strides = bytes.size() & ~(kStride - 1);
  std::uint64_t sum = in_strides == 0 ? 0 : sum_of_strides(bytes.first(in_strides));
  const std::uint8_t* at = bytes.data() + in_strides;
  std::size_t rest = bytes.size() - in_strides;
  for (; rest >= 8; rest -= 8, at += 8) {
    const auto word = load<std::uint64_t>(at);
    sum += (word & 0xffffffff) + (word >> 32);
  }
  if ((rest & 4) != 0) {
    sum += load<std::uint32_t>(at);
    at += 4;
  }
  if ((rest & 2) != 0) {
    sum += load<std::uint16_t>(at);
    at += 2;
  }
  if ((rest & 1) != 0) sum += *at;
  // The words were added as this host loads them; the sum's bytes are swapped once instead of each
  // word's (RFC 1071 section 2 B).
  return base::byte_swapped(folded(sum));
}

Sum pseudo_header_sum(Ipv4Address source, Ipv4Address destination, std::uint16_t udp_bytes) {
  constexpr Sum kProtocolUdp = 17;
  return Sum{source.host()} + destination.host() + kProtocolUdp + udp_bytes;
}

Sum icmpv6_pseudo_header_sum(const Ipv6Address& source, const Ipv6Address& destination,
                             std::uint16_t icmp_bytes) {
  constexpr Sum kNextHeaderIcmpv6 = 58;
  return sum_of(source.bytes) + sum_of(destination.bytes) + icmp_bytes + kNextHeaderIcmpv6;
}

}  // namespace stentor::wire
