// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How the rig asks for SHA-256 without knowing a hash library: what it needs of one, handed in by
// the composition root. One state a machine, in memory that the rig owns; no call allocates.

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace stentor::storm {

using Sha256 = std::array<std::uint8_t, 32>;

struct StreamHasher {
  std::size_t state_bytes = 0;  // of one stream, aligned to 8; 0: there is no hasher
  void (*begin)(void* state) = nullptr;
  void (*add)(void* state, base::Bytes bytes) = nullptr;
  Sha256 (*finish)(void* state) = nullptr;
};

}  // namespace stentor::storm
