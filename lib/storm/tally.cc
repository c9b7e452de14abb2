// SPDX-License-Identifier: BSD-3-Clause
#include "storm/tally.h"

#include <algorithm>

namespace stentor::storm {

void add(Interval& to, const Interval& from) {
  to.powered_on += from.powered_on;
  to.bound += from.bound;
  to.booted += from.booted;
  to.failed += from.failed;
  to.data_frames += from.data_frames;
  to.data_bytes += from.data_bytes;
  to.resends += from.resends;
}

std::size_t halve(std::span<Interval> intervals) {
  const std::size_t halved = (intervals.size() + 1) / 2;
  for (std::size_t i = 0; i < halved; ++i) {
    Interval sum = intervals[2 * i];
    if (2 * i + 1 < intervals.size()) add(sum, intervals[2 * i + 1]);
    intervals[i] = sum;
  }
  std::fill(intervals.begin() + static_cast<std::ptrdiff_t>(halved), intervals.end(), Interval{});
  return halved;
}

void Timeline::advance(base::Duration elapsed) {
  auto index = static_cast<std::size_t>(std::max(elapsed, base::Duration{}) / interval_);
  while (index >= kIntervalsMax) {
    halve(intervals_);
    interval_ *= 2;
    index /= 2;
  }
  current_ = index;
  end_of_current_ = interval_ * static_cast<std::int64_t>(index + 1);
}

}  // namespace stentor::storm
