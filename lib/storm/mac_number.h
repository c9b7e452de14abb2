// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// MAC addresses of frames as wire::MacAddress::number() has them: machines' addresses follow one
// another, and are found by them.

#include <cstdint>

#include "base/big_endian.h"

namespace stentor::storm {

// From a frame: at least 8 bytes can be read at `at`.
inline std::uint64_t mac_number(const std::uint8_t* at) {
  return base::load_big_endian<std::uint64_t>(at) >> 16;
}

}  // namespace stentor::storm
