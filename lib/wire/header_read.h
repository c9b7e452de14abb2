// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Fields of received headers, for the parsers of this module alone. Who calls has looked at the
// length.

#include <cstdint>

#include "base/big_endian.h"
#include "base/bytes.h"

namespace stentor::wire {

inline std::uint8_t byte_at(base::Bytes bytes, std::size_t offset) { return bytes[offset]; }

inline std::uint16_t word_at(base::Bytes bytes, std::size_t offset) {
  return base::load_big_endian<std::uint16_t>(bytes.data() + offset);
}

}  // namespace stentor::wire
