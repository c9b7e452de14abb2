// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Plots as inline SVG that keeps its text size at every width: places along x are percentages, the
// curves stand in a stretched inner <svg>. Colours and strokes come from report.css by class, so a
// plot follows the page into dark mode. What report.js needs to show values under the pointer rides
// along as data attributes; without script, nothing is missing but that.

#include <string>
#include <string_view>
#include <vector>

#include "axis.h"
#include "base/histogram.h"

namespace stentor::rig {

struct Series {
  std::string_view name;   // in the legend
  std::string_view style;  // CSS class: colour and dashes
  std::vector<double> values;
  bool is_filled = false;
};

// Something over the time of the storm.
struct TimePlot {
  enum class Shape {
    line,  // a value at each of `times`
    step,  // a value between each two of `times`
  };
  std::string_view id;  // unique in the page
  std::string_view title;
  std::string note;           // beneath the title; may be empty
  std::string description;    // what the plot shows, in a sentence, for who cannot see it
  int height = 200;           // CSS pixels, of the curves alone
  std::vector<double> times;  // seconds, ascending
  Unit unit = Unit::machines;
  Shape shape = Shape::line;
  std::vector<Series> series;  // the first is drawn first, beneath
};
std::string time_plot(const TimePlot& plot);

// How long something took: the area of a bar is its share of the samples, time is logarithmic.
struct LatencyPlot {
  std::string_view id;
  std::string_view title;
  std::string_view explanation;  // "DISCOVER to OFFER"
  const base::Histogram& histogram;
};
std::string latency_plot(const LatencyPlot& plot);

// A bar in a table's cell: `passed` and `failed` of `whole`, the rest is left empty. A single
// failed one can be seen.
std::string share_bar(double passed, double failed, double whole);
// From the median to the 99th percentile, on `axis`.
std::string range_bar(const base::Histogram& histogram, const Axis& axis);

}  // namespace stentor::rig
