// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/discover_limit.h"

#include <algorithm>

namespace stentor::dhcp {

DiscoverLimit::DiscoverLimit(std::uint32_t clients)
    : sets_(std::bit_ceil(std::max(clients, 4u)) / 4) {}

bool DiscoverLimit::take(std::uint64_t client, std::uint32_t a_second, base::Time now) {
  constexpr base::Duration kSecond = std::chrono::seconds{1};
  std::array<Cell, 4>& cells = sets_[set_of(client)].cells;
  Cell* cell = std::ranges::find(cells, client, &Cell::client);
  if (cell == cells.end()) {
    cell = std::ranges::min_element(cells, {}, &Cell::paid);
    *cell = {client, now};
  }
  const base::Time paid = std::max(cell->paid, now) + kSecond / a_second;
  if (paid > now + kSecond) return false;
  cell->paid = paid;
  return true;
}

}  // namespace stentor::dhcp
