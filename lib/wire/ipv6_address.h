// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An IPv6 address, as far as a link needs it: RFC 4291.

#include <array>
#include <cstdint>

#include "wire/address.h"

namespace stentor::wire {

struct Ipv6Address {
  std::array<std::uint8_t, 16> bytes{};

  // ff02::1 and ff02::2 (section 2.7.1).
  static constexpr Ipv6Address all_nodes() { return link_group(1); }
  static constexpr Ipv6Address all_routers() { return link_group(2); }
  // fe80::/64 with the interface identifier that follows from a MAC address (section 2.5.6,
  // appendix A).
  static constexpr Ipv6Address link_local(const MacAddress& mac) {
    constexpr std::uint8_t kUniversal = 0x02;
    const auto& in = mac.bytes;
    return {{0xfe, 0x80, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(in[0] ^ kUniversal), in[1],
             in[2], 0xff, 0xfe, in[3], in[4], in[5]}};
  }

  [[nodiscard]] constexpr bool is_unspecified() const { return *this == Ipv6Address{}; }
  [[nodiscard]] constexpr bool is_multicast() const { return bytes[0] == 0xff; }
  // fe80::/10 (section 2.4).
  [[nodiscard]] constexpr bool is_link_local() const {
    return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
  }

  friend constexpr bool operator==(const Ipv6Address&, const Ipv6Address&) = default;

 private:
  static constexpr Ipv6Address link_group(std::uint8_t number) {
    return {{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number}};
  }
};

}  // namespace stentor::wire
