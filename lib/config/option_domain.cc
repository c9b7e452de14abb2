// SPDX-License-Identifier: BSD-3-Clause
#include "config/option_domain.h"

#include <algorithm>

namespace stentor::config {

void DomainEncoder::append(std::vector<std::uint8_t>& bytes, std::string_view name) {
  constexpr std::size_t kPointerMax = 0x3fff;  // 14 bits
  while (!name.empty()) {
    if (const auto earlier = places_.find(name); compresses_ && earlier != places_.end()) {
      bytes.push_back(static_cast<std::uint8_t>(0xc0 | earlier->second >> 8));
      bytes.push_back(static_cast<std::uint8_t>(earlier->second & 0xff));
      return;
    }
    if (bytes.size() <= kPointerMax) places_.emplace(name, bytes.size());
    const std::size_t end = std::min(name.find('.'), name.size());
    bytes.push_back(static_cast<std::uint8_t>(end));
    bytes.insert(bytes.end(), name.begin(), name.begin() + static_cast<std::ptrdiff_t>(end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  bytes.push_back(0);
}

}  // namespace stentor::config
