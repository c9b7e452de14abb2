// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Bytes that repeat nowhere nearby, the same in every run.

#include <cstdint>
#include <vector>

namespace stentor::digest {

inline std::vector<std::uint8_t> made_up_bytes(std::size_t count, std::uint64_t seed = 1) {
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& each : bytes) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    each = static_cast<std::uint8_t>(seed >> 56);
  }
  return bytes;
}

}  // namespace stentor::digest
