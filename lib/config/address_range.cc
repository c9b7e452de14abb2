// SPDX-License-Identifier: BSD-3-Clause
#include "config/address_range.h"

#include <algorithm>

namespace stentor::config {

std::vector<AddressRange> without(const AddressRange& range, std::vector<AddressRange> exclusions) {
  std::ranges::sort(exclusions, {}, &AddressRange::first);
  std::vector<AddressRange> parts;
  std::uint64_t next = range.first.host();  // the first address that nothing was said about
  for (const AddressRange& exclusion : exclusions) {
    if (exclusion.last.host() < next) continue;
    if (exclusion.first > range.last) break;
    if (exclusion.first.host() > next) {
      parts.push_back({wire::Ipv4Address(static_cast<std::uint32_t>(next)),
                       wire::Ipv4Address(exclusion.first.host() - 1)});
    }
    next = std::uint64_t{exclusion.last.host()} + 1;
  }
  if (next <= range.last.host()) {
    parts.push_back({wire::Ipv4Address(static_cast<std::uint32_t>(next)), range.last});
  }
  return parts;
}

std::vector<AddressRange> within(const AddressRange& range,
                                 const std::vector<AddressRange>& exclusions) {
  return without(range, without(range, exclusions));
}

std::string text_of(const AddressRange& range) {
  std::string text(range.first.text().view());
  if (range.first == range.last) return text;
  return text + "-" + std::string(range.last.text().view());
}

}  // namespace stentor::config
