// SPDX-License-Identifier: BSD-3-Clause
#include "worker/address_set.h"

#include <algorithm>

namespace stentor::worker {

bool AddressSet::contains(wire::Ipv4Address address) const {
  const auto after = std::ranges::upper_bound(firsts_, address);
  if (after == firsts_.begin()) return false;
  return address <= lasts_[static_cast<std::size_t>(after - firsts_.begin()) - 1];
}

}  // namespace stentor::worker
