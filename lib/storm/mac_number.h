// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// MAC addresses as numbers, first byte highest: machines' addresses follow one another, and are
// found by them.

#include <cstdint>

#include "base/big_endian.h"
#include "wire/address.h"

namespace stentor::storm {

// From a frame: at least 8 bytes can be read at `at`.
inline std::uint64_t mac_number(const std::uint8_t* at) {
  return base::load_big_endian<std::uint64_t>(at) >> 16;
}

inline std::uint64_t mac_number(const wire::MacAddress& mac) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : mac.bytes) number = number << 8 | byte;
  return number;
}

// Of the lowest 48 bits.
inline wire::MacAddress mac_of_number(std::uint64_t number) {
  wire::MacAddress mac;
  for (std::size_t i = mac.bytes.size(); i-- > 0; number >>= 8) {
    mac.bytes[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  return mac;
}

}  // namespace stentor::storm
