// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"), with 64 and 128 bits of
// result. Keyed: who does not know the key cannot choose inputs that collide, so tables that are
// filled from the wire keep their depth.

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace stentor::base {

using HashKey = std::array<std::uint64_t, 2>;

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};

std::uint64_t siphash64(const HashKey& key, Bytes input);
Hash128 siphash128(const HashKey& key, Bytes input);

}  // namespace stentor::base
