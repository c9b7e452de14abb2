// SPDX-License-Identifier: BSD-3-Clause
#include <bit>

#include "base/check.h"
#include "dhcp/reservation_index.h"

namespace stentor::dhcp {

ReservationIndex::ReservationIndex(std::size_t keys) {
  if (keys != 0) entries_.resize(std::bit_ceil(keys * 2));
}

bool ReservationIndex::add(const Key& key, std::uint32_t reservation) {
  CHECK(2 * (used_ + 1) <= entries_.size());
  std::size_t at = place_of(key.value);
  for (; entries_[at].kind != 0; at = (at + 1) & (entries_.size() - 1)) {
    if (entries_[at].key == key.value && entries_[at].kind == key.kind) return false;
  }
  entries_[at] = {key.value, reservation, key.kind};
  ++used_;
  return true;
}

}  // namespace stentor::dhcp
