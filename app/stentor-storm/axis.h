// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The axes of a plot: from a range of values to ticks at 1, 2, 5 times a power of ten of the unit
// that suits the range, and from a value to its place between 0 and 1.

#include <cstddef>
#include <string>
#include <vector>

namespace stentor::rig {

enum class Unit {
  machines,          // a count: "1,000"
  per_second,        // "200 /s"
  bytes_per_second,  // "200 MB/s"
  seconds,           // "5 ms", "20 s", "10 min"
};

// With three significant digits, for a single value.
std::string words(double value, Unit unit);

struct Tick {
  double value = 0;
  std::string label;
};

struct Axis {
  double low = 0;
  double high = 1;
  bool is_logarithmic = false;
  std::vector<Tick> ticks;  // all within low and high

  [[nodiscard]] double place_of(double value) const;  // 0 to 1; beyond the ends: the end
};

// From 0 to the tick at or above `high`: for values.
Axis value_axis(double high, Unit unit, std::size_t ticks_max);
// From 0 to `high` exactly: for time.
Axis time_axis(double seconds, std::size_t ticks_max);
// From a little below `low` to a little above `high` (seconds, above 0), a factor of four at least.
Axis logarithmic_axis(double low, double high, std::size_t ticks_max);

}  // namespace stentor::rig
