// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Ranges of UDP ports as a device matches them: by a value under a mask.

#include <cstdint>
#include <vector>

namespace stentor::dpdk {

struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;  // included
};

// The ports p with (p & mask) == value: 2^n of them, from a multiple of 2^n on.
struct PortBlock {
  std::uint16_t value = 0;
  std::uint16_t mask = 0;
  friend auto operator<=>(const PortBlock&, const PortBlock&) = default;
};

// The fewest such blocks that hold each port of the range once and no other: 30 at the most.
std::vector<PortBlock> blocks_of(PortRange range);

}  // namespace stentor::dpdk
