// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Conditions on a client, from what it says of itself over DHCP: `match` of a class or a boot rule.
// Every list in the configuration is an `any`, every mapping an `all`. Compiled for the data path
// by dhcp::ClassRules.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/address.h"

namespace stentor::config {

// A bit for each class of dhcp.classes, in their order.
using ClassMask = std::uint64_t;
inline constexpr std::size_t kClassesMax = 64;

enum class TftpOption : std::uint8_t { blksize, tsize, timeout, utimeout, windowsize, rollover };
// A bit for each.
using TftpOptionMask = std::uint8_t;
constexpr TftpOptionMask bit_of(TftpOption option) {
  return static_cast<TftpOptionMask>(1U << static_cast<unsigned>(option));
}

// MAC addresses that agree with `value` wherever `mask` has a bit; both big-endian, 48 bits.
struct MacPattern {
  std::uint64_t value = 0;
  std::uint64_t mask = 0;

  // "b8:27:eb:*", "52:54:0?:*:00:01": six parts, each two hexadecimal digits or '?', or '*' for any
  // two; a '*' at the end stands for all that follow. '-' as separator too.
  static std::optional<MacPattern> parse(std::string_view text);
  [[nodiscard]] bool matches(const wire::MacAddress& mac) const {
    return (mac.number() & mask) == value;
  }
};

// What the bytes of an option, or of a part of one, must be.
struct ValueTest {
  enum class Kind : std::uint8_t {
    present,  // anything, also nothing
    glob,     // `text` is a base::Glob
    bytes,    // exactly those of `text`
  } kind = Kind::present;
  std::string text{};
};

struct ClientTest {
  enum class Kind : std::uint8_t {
    mac,
    vendor_class,  // option 60
    user_class,    // option 77 as a whole, or one of its items (RFC 3004)
    architecture,  // one of option 93
    uuid,          // option 97, as 36 characters; one that is not well formed is none
    ipxe_feature,  // a sub-option of option 175, by its code
    option,        // any, by its code
    in_class,      // is in one of `classes`
    reserved,      // has a reservation
    subnet,        // where it is
    relay,         // giaddr
    circuit_id,    // option 82, sub-option 1; from a listed relay alone
    remote_id,     // sub-option 2, the same
    relay_option,  // any sub-option of option 82, by its code; the same
  } kind = Kind::reserved;
  MacPattern mac{};
  ValueTest value{};
  std::uint8_t code = 0;  // of an option, of a relay agent's sub-option, of a feature of iPXE
  std::uint16_t architecture = 0;  // code of option 93
  wire::Ipv4Prefix prefix{};       // of a subnet or relay agents
  ClassMask classes = 0;           // one of them
};

struct ClientMatch {
  enum class Kind : std::uint8_t {
    all,       // of `children`; of none: true
    any,       // of `children`
    negation,  // of children[0]
    test,
  } kind = Kind::all;
  ClientTest test{};
  std::vector<ClientMatch> children{};
};

}  // namespace stentor::config
