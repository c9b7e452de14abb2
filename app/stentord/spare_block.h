// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How many addresses outside of pools are given records together, when a host is given one of them.
// A record more has the configuration published anew, which takes longer the more hosts there are:
// who sets ten thousand of them has that done eleven times, not once a /24.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "wire/address.h"

namespace stentor {

inline constexpr std::uint32_t kSpareBlockMin = 256;
inline constexpr std::uint32_t kSpareBlockMax = 4'096;
inline constexpr std::size_t kSpareAddressesMax = 65'536;

struct SpareBlock {
  wire::Ipv4Address first;
  std::uint32_t count = 1;

  friend bool operator==(const SpareBlock&, const SpareBlock&) = default;
};

// `count`: a power of two.
constexpr SpareBlock spare_block(wire::Ipv4Address address, std::uint32_t count) {
  return {.first = wire::Ipv4Address{address.host() & ~(count - 1)}, .count = count};
}

// As many around the address as have records by now; the address alone once they are too many.
// `spare`: those.
constexpr SpareBlock next_spare_block(wire::Ipv4Address address, std::size_t spare) {
  if (spare >= kSpareAddressesMax) return spare_block(address, 1);
  const std::size_t room = std::bit_floor(kSpareAddressesMax - spare);
  const std::size_t count = std::min(std::bit_floor(std::max<std::size_t>(spare, 1)), room);
  return spare_block(address,
                     std::clamp(static_cast<std::uint32_t>(count), kSpareBlockMin, kSpareBlockMax));
}

}  // namespace stentor
