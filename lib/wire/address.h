// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Link and network addresses as values: comparable, hashable, printable, never mixed up.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace stentor::wire {

// A short text made without allocation.
template <std::size_t N>
struct ShortText {
  std::array<char, N> characters{};
  std::uint8_t length = 0;

  [[nodiscard]] std::string_view view() const { return {characters.data(), length}; }
};

struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};

  static constexpr MacAddress broadcast() { return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }
  // "52:54:00:12:34:56", '-' as separator too; nothing else.
  static std::optional<MacAddress> parse(std::string_view text);

  [[nodiscard]] bool is_group() const { return (bytes[0] & 1) != 0; }
  [[nodiscard]] bool is_zero() const { return *this == MacAddress{}; }
  [[nodiscard]] ShortText<17> text() const;

  // Its 48 bits as a number, for keys and masks; the first byte is the highest.
  static constexpr unsigned kBits = 48;
  [[nodiscard]] constexpr std::uint64_t number() const {
    std::uint64_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8 | byte;
    return number;
  }
  // Of the lowest 48 bits.
  static constexpr MacAddress of_number(std::uint64_t number) {
    MacAddress mac;
    for (std::size_t i = mac.bytes.size(); i > 0; --i, number >>= 8) {
      mac.bytes[i - 1] = static_cast<std::uint8_t>(number);
    }
    return mac;
  }

  friend auto operator<=>(const MacAddress&, const MacAddress&) = default;
};
static_assert(sizeof(MacAddress) == 6);

// An IPv4 address, kept in host order so that ranges compare as numbers.
class Ipv4Address {
 public:
  constexpr Ipv4Address() = default;
  constexpr explicit Ipv4Address(std::uint32_t host) : host_(host) {}
  explicit Ipv4Address(base::Be32 network) : host_(network.host()) {}
  // Dotted decimal, four parts, no leading zeros.
  static std::optional<Ipv4Address> parse(std::string_view text);

  [[nodiscard]] constexpr std::uint32_t host() const { return host_; }
  [[nodiscard]] constexpr bool is_zero() const { return host_ == 0; }
  [[nodiscard]] constexpr bool is_broadcast() const { return host_ == 0xffffffff; }
  [[nodiscard]] constexpr bool is_multicast() const { return host_ >> 28 == 0xe; }
  [[nodiscard]] constexpr bool is_loopback() const { return host_ >> 24 == 127; }
  // May stand as the source of a datagram from a machine that has an address.
  [[nodiscard]] constexpr bool is_unicast() const {
    return host_ >> 24 != 0 && !is_loopback() && host_ < 0xe0000000;
  }
  [[nodiscard]] ShortText<15> text() const;

  friend constexpr auto operator<=>(Ipv4Address, Ipv4Address) = default;

 private:
  std::uint32_t host_ = 0;
};

struct Ipv4Prefix {
  Ipv4Address address;       // as written; host bits may be set (an interface address)
  std::uint8_t length = 32;  // 0 to 32

  // "10.20.0.2/16"; the length is required.
  static std::optional<Ipv4Prefix> parse(std::string_view text);

  [[nodiscard]] constexpr std::uint32_t mask() const {
    return length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
  }
  [[nodiscard]] constexpr Ipv4Address network() const {
    return Ipv4Address{address.host() & mask()};
  }
  [[nodiscard]] constexpr Ipv4Address last() const { return Ipv4Address{address.host() | ~mask()}; }
  // The subnet-directed broadcast address; networks of /31 and /32 have none (RFC 3021).
  [[nodiscard]] constexpr bool is_directed_broadcast(Ipv4Address other) const {
    return length < 31 && other == last();
  }
  [[nodiscard]] constexpr bool contains(Ipv4Address other) const {
    return (other.host() & mask()) == (address.host() & mask());
  }
  friend constexpr auto operator<=>(const Ipv4Prefix&, const Ipv4Prefix&) = default;
};

}  // namespace stentor::wire
