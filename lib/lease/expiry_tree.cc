// SPDX-License-Identifier: BSD-3-Clause
#include "lease/expiry_tree.h"

#include "base/check.h"

namespace stentor::lease {

namespace {

constexpr std::size_t groups(std::size_t count, std::size_t width) {
  return (count + width - 1) / width;
}

}  // namespace

std::size_t ExpiryTree::hints_for(std::size_t records) {
  std::size_t level = groups(records, kLeafRecords);
  std::size_t total = level;
  while (level > 1) {
    level = groups(level, kFanOut);
    total += level;
  }
  return total;
}

ExpiryTree::ExpiryTree(std::span<std::atomic<std::uint64_t>> hints, std::uint32_t records)
    : hints_(hints), records_(records) {
  CHECK(records > 0 && hints.size() == hints_for(records));
  std::size_t level = groups(records, kLeafRecords);
  std::size_t offset = 0;
  for (;;) {
    CHECK(levels_ < kLevelsMax);
    offsets_[levels_++] = static_cast<std::uint32_t>(offset);
    if (level == 1) break;
    offset += level;
    level = groups(level, kFanOut);
  }
}

void ExpiryTree::lower(std::uint32_t index, Second second) {
  std::uint32_t at = index / kLeafRecords;
  for (std::size_t level = 0; level < levels_; ++level, at /= kFanOut) {
    std::atomic<std::uint64_t>& above = hint(level, at);
    std::uint64_t seen = above.load();
    while (second_of_hint(seen) > second || (seen & kScan) != 0) {
      const Second sooner = std::min(second_of_hint(seen), second);
      if (above.compare_exchange_weak(seen, next_hint(seen, sooner, false))) break;
    }
  }
}

}  // namespace stentor::lease
