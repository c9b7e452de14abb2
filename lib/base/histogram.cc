// SPDX-License-Identifier: BSD-3-Clause
#include "base/histogram.h"

#include <algorithm>

namespace stentor::base {

void Histogram::add(const Histogram& other) {
  for (std::size_t at = 0; at < kBuckets; ++at) buckets_[at].add(other.buckets_[at].get());
  count_.add(other.count_.get());
  sum_.add(other.sum_.get());
  min_.set(std::min(min_.get(), other.min_.get()));
  max_.set(std::max(max_.get(), other.max_.get()));
}

std::uint64_t Histogram::quantile(double fraction) const {
  const std::uint64_t count = count_.get();
  if (count == 0) return 0;
  const auto wanted = std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(fraction * static_cast<double>(count) + 0.999999), 1, count);
  std::uint64_t seen = 0;
  for (std::size_t at = 0; at < kBuckets; ++at) {
    seen += buckets_[at].get();
    if (seen >= wanted) return std::min(highest_of(at), max_.get());
  }
  return max_.get();
}

}  // namespace stentor::base
