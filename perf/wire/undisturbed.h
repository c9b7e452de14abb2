// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a run measured in the stretches of time in which the machine did not disturb it.

#include <utility>

#include "base/histogram.h"

namespace stentor::perf {

// Turnarounds, in TSC cycles, of those stretches of a run in which the kernel ran no other thread,
// nor in the one before: what came then still waited.
struct Undisturbed {
  static constexpr std::uint64_t kSlicesASecond = 100;

  void add(const base::Histogram& slice, bool is_disturbed) {
    ++slices;
    const bool follows_one = std::exchange(was_disturbed, is_disturbed);
    if (is_disturbed || follows_one) return;
    ++counted;
    turnaround.add(slice);
  }

  base::Histogram turnaround;
  unsigned slices = 0;
  unsigned counted = 0;
  bool was_disturbed = false;
};

}  // namespace stentor::perf
