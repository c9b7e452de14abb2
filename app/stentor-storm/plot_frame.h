// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What every plot of plot.h has around its curves: the figure, its title and text alternative, the
// grid and the labels of both axes, those of values in a margin of 60 px (report.css: .scaled).
// Coordinates of curves: x from 0 to kWide, y from 0 (top) to the height.

#include <string>
#include <string_view>

#include "axis.h"

namespace stentor::rig {

inline constexpr double kWide = 1000;
inline constexpr int kAbove = 20;  // CSS pixels, for marks
inline constexpr int kBelow = 24;  // for the labels of time

struct Frame {
  std::string_view id;
  std::string_view title;
  std::string description;
  std::string above;  // HTML between title and plot: a legend, a line of figures
  int height = 0;
  const Axis& x;
  const Axis* y = nullptr;  // null: no grid
  std::string names;        // of the values under the pointer, "a|b"
  std::string points;       // "place|x|value of a|value of b;...", place in thousandths
};

// The figure around `curves`, which are drawn stretched, and `marks`, which are not.
std::string figure(const Frame& frame, std::string_view curves, std::string_view marks);

// A label at `place` (0 to 1) that does not leave the plot.
std::string label_at(double place, double y, std::string_view style, std::string_view text);

}  // namespace stentor::rig
