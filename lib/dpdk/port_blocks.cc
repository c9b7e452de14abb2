// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/port_blocks.h"

#include <algorithm>
#include <bit>

namespace stentor::dpdk {

std::vector<PortBlock> blocks_of(PortRange range) {
  constexpr std::uint32_t kPorts = 1u << 16;
  std::vector<PortBlock> blocks;
  const std::uint32_t end = range.last + 1u;
  for (std::uint32_t first = range.first; first < end;) {
    // The largest that begins here and ends within the range. 0 is a multiple of everything.
    const std::uint32_t aligned = first == 0 ? kPorts : first & (~first + 1);
    const std::uint32_t size = std::min(aligned, std::bit_floor(end - first));
    blocks.push_back({static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(~(size - 1))});
    first += size;
  }
  return blocks;
}

}  // namespace stentor::dpdk
