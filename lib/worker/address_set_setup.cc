// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "worker/address_set.h"

namespace stentor::worker {

AddressSet::AddressSet(std::span<const wire::Ipv4Prefix> prefixes) {
  std::vector<wire::Ipv4Prefix> sorted(prefixes.begin(), prefixes.end());
  std::ranges::sort(sorted, {}, &wire::Ipv4Prefix::network);
  for (const wire::Ipv4Prefix& prefix : sorted) {
    const wire::Ipv4Address first = prefix.network();
    // Also where the last range ends just before this one begins.
    if (!lasts_.empty() && first.host() <= std::uint64_t{lasts_.back().host()} + 1) {
      lasts_.back() = std::max(lasts_.back(), prefix.last());
    } else {
      firsts_.push_back(first);
      lasts_.push_back(prefix.last());
    }
  }
}

}  // namespace stentor::worker
