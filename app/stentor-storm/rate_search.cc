// SPDX-License-Identifier: BSD-3-Clause
#include "rate_search.h"

#include <algorithm>
#include <cmath>

namespace stentor::rig {

std::optional<double> RateSearch::next() const {
  if (stopped_) return std::nullopt;
  if (!failed_) return held_ == 0 ? kFirst : held_ * 2;
  if (held_ == 0) return *failed_ / 2 < kLowest ? std::nullopt : std::optional(*failed_ / 2);
  if (*failed_ / held_ <= kPrecision) return std::nullopt;
  return std::sqrt(*failed_ * held_);
}

void RateSearch::note(double rate, bool held) {
  if (held) {
    held_ = std::max(held_, rate);
  } else {
    failed_ = std::min(failed_.value_or(rate), rate);
  }
}

}  // namespace stentor::rig
