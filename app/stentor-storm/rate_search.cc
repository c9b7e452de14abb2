// SPDX-License-Identifier: BSD-3-Clause
#include "rate_search.h"

#include <algorithm>
#include <cmath>

namespace stentor::rig {

std::optional<double> RateSearch::next() const {
  if (!failed_) return held_ == 0 ? kFirst : held_ * 2;
  if (held_ == 0) return *failed_ / 2 < kLowest ? std::nullopt : std::optional(*failed_ / 2);
  if (*failed_ / held_ <= kPrecision) return std::nullopt;
  return std::sqrt(*failed_ * held_);
}

void RateSearch::note(double rate, Trial trial) {
  if (trial == Trial::held) {
    held_ = std::max(held_, rate);
  } else if (!failed_ || rate < *failed_) {
    failed_ = rate;
    rig_was_short_ = trial == Trial::rig_short;
  }
}

}  // namespace stentor::rig
