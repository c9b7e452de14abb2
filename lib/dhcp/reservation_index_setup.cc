// SPDX-License-Identifier: BSD-3-Clause
#include <bit>

#include "dhcp/reservation_index.h"

namespace stentor::dhcp {

ReservationIndex::ReservationIndex(const std::vector<std::uint64_t>& keys) {
  if (keys.empty()) return;
  entries_.resize(std::bit_ceil(keys.size() * 2));
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    std::size_t at = place_of(keys[i]);
    while (entries_[at].used != 0) at = (at + 1) & (entries_.size() - 1);
    entries_[at] = {keys[i], i, 1};
  }
}

}  // namespace stentor::dhcp
