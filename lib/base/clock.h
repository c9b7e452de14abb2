// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The one time that the data path knows: monotonic, in nanoseconds since an arbitrary start. Steps
// of the wall clock do not exist here. Tests and the simulator make their own `Time` values.

#include <chrono>
#include <cstdint>

namespace stentor::base {

using Duration = std::chrono::nanoseconds;

struct MonotonicClock {
  // NOLINTBEGIN(readability-identifier-naming): the names that std::chrono asks of a clock.
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
  // NOLINTEND(readability-identifier-naming)

  static time_point now();
};

using Time = MonotonicClock::time_point;

// Later than any real time: "never".
inline constexpr Time kNever = Time::max();

}  // namespace stentor::base
