// SPDX-License-Identifier: BSD-3-Clause
#include "plot.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>

#include "html_text.h"
#include "plot_frame.h"
#include "storm/figure_text.h"

namespace stentor::rig {
namespace {

constexpr std::size_t kTimeTicks = 6;
constexpr std::size_t kValueTicks = 4;

struct Point {
  double x;
  double y;
};

// The corners of a series in the coordinates of its frame.
std::vector<Point> corners(const TimePlot& plot, const Series& series, const Axis& x,
                           const Axis& y) {
  const auto across = [&](std::size_t at) { return x.place_of(plot.times[at]) * kWide; };
  const auto down = [&](double value) { return (1 - y.place_of(value)) * plot.height; };
  std::vector<Point> points;
  for (std::size_t at = 0; at < series.values.size(); ++at) {
    points.push_back({across(at), down(series.values[at])});
    if (plot.shape == TimePlot::Shape::step) {
      points.push_back({across(at + 1), points.back().y});
    }
  }
  return points;
}

std::string path_through(const std::vector<Point>& points) {
  std::string path;
  for (const Point& point : points) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", point.x, point.y);
  }
  return path;
}

std::string curve(const TimePlot& plot, const Series& series, const Axis& x, const Axis& y) {
  const std::vector<Point> points = corners(plot, series, x, y);
  if (points.empty()) return {};
  const std::string path = path_through(points);
  std::string out;
  if (series.is_filled) {
    out += fmt::format("<path class=\"area {}\" d=\"{}L{:.1f} {}L{:.1f} {}Z\"/>\n", series.style,
                       path, points.back().x, plot.height, points.front().x, plot.height);
  }
  return out + fmt::format("<path class=\"line {}\" d=\"{}\"/>\n", series.style, path);
}

// A sample of each line before its name: colour is not the only mark, the strokes differ too.
std::string legend(const TimePlot& plot) {
  if (plot.series.size() < 2) return {};
  std::string out = "<ul class=\"legend\">";
  for (const Series& series : plot.series) {
    out += fmt::format(
        "<li><svg width=\"22\" height=\"10\" aria-hidden=\"true\"><path class=\"line {}\" "
        "d=\"M1 5L21 5\"/></svg>{}</li>",
        series.style, escaped(series.name));
  }
  return out + "</ul>\n";
}

std::string heading_of(const TimePlot& plot) {
  if (plot.note.empty()) return legend(plot);
  return fmt::format("<p class=\"note\">{}</p>\n{}", escaped(plot.note), legend(plot));
}

std::string names_of(const TimePlot& plot) {
  std::string names;
  for (const Series& series : plot.series) {
    if (!names.empty()) names += '|';
    names += series.name;
  }
  return names;
}

std::string points_of(const TimePlot& plot, const Axis& x) {
  std::string out;
  const std::size_t points = plot.series.empty() ? 0 : plot.series.front().values.size();
  for (std::size_t at = 0; at < points; ++at) {
    const bool is_step = plot.shape == TimePlot::Shape::step;
    const double time = is_step ? (plot.times[at] + plot.times[at + 1]) / 2 : plot.times[at];
    if (!out.empty()) out += ';';
    out += fmt::format("{:.0f}|{}", x.place_of(time) * 1000, words(time, Unit::seconds));
    for (const Series& series : plot.series) out += '|' + words(series.values[at], plot.unit);
  }
  return out;
}

double highest_of(const TimePlot& plot) {
  double highest = 0;
  for (const Series& series : plot.series) {
    for (const double value : series.values) highest = std::max(highest, value);
  }
  return highest;
}

struct Bar {
  double low = 0;  // seconds
  double high = 0;
  std::uint64_t count = 0;
};

// The histogram's buckets joined to at most `kBarsMax` bars over the axis: 32, 16, ... 1 bars for
// each power of two. Their ends are ends of buckets, so nothing is interpolated.
constexpr double kBarsMax = 72;

std::vector<Bar> bars_of(const base::Histogram& histogram, const Axis& axis) {
  std::size_t joined = 1;
  while (joined < base::Histogram::kSteps &&
         std::log2(axis.high / axis.low) * (base::Histogram::kSteps / static_cast<double>(joined)) >
             kBarsMax) {
    joined *= 2;
  }
  std::vector<Bar> bars;
  std::size_t current = 0;
  histogram.for_each([&](std::uint64_t lowest, std::uint64_t, std::uint64_t count) {
    const std::size_t group = base::Histogram::bucket_of(lowest) / joined;
    if (bars.empty() || group != current) {
      current = group;
      const std::uint64_t low = base::Histogram::lowest_of(group * joined);
      const std::uint64_t high = base::Histogram::highest_of(group * joined + joined - 1);
      bars.push_back({static_cast<double>(low) / 1e9, static_cast<double>(high) / 1e9 + 1e-9, 0});
    }
    bars.back().count += count;
  });
  return bars;
}

// The labels of two percentiles stand above the bars.
constexpr int kLatencyHeight = 120;
constexpr int kMarkerRow = 14;

std::string bars_path(const std::vector<Bar>& bars, const Axis& axis) {
  // On a logarithmic axis bars differ in width: their area, not their height, is the share.
  const auto density = [](const Bar& bar) {
    return static_cast<double>(bar.count) / std::log(bar.high / std::max(bar.low, 1e-10));
  };
  double highest = 0;
  for (const Bar& bar : bars) highest = std::max(highest, density(bar));
  std::string path;
  for (const Bar& bar : bars) {
    // One machine of a million stays visible.
    const double tall = std::max(density(bar) / highest * (kLatencyHeight - kMarkerRow), 1.0);
    path += fmt::format("M{0:.1f} {1}V{2:.1f}H{3:.1f}V{1}Z", axis.place_of(bar.low) * kWide,
                        kLatencyHeight, kLatencyHeight - tall, axis.place_of(bar.high) * kWide);
  }
  return path;
}

std::string marker(const Axis& axis, double seconds, std::string_view name, int row) {
  const double place = axis.place_of(seconds);
  return fmt::format(
             "<line class=\"marker\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1}\" y2=\"{2}\"/>\n",
             place * 100, kMarkerRow * row + 4, kAbove + kLatencyHeight) +
         label_at(place, kMarkerRow * row, "mark",
                  fmt::format("{} {}", name, words(seconds, Unit::seconds)));
}

std::string bar_points(const std::vector<Bar>& bars, const Axis& axis, std::uint64_t whole) {
  std::string out;
  for (const Bar& bar : bars) {
    if (!out.empty()) out += ';';
    out += fmt::format("{:.0f}|{} to {}|{}|{}",
                       axis.place_of(std::sqrt(std::max(bar.low, 1e-10) * bar.high)) * 1000,
                       words(bar.low, Unit::seconds), words(bar.high, Unit::seconds),
                       storm::grouped(bar.count), storm::percent_words(bar.count, whole));
  }
  return out;
}

}  // namespace

std::string time_plot(const TimePlot& plot) {
  const Axis x = time_axis(plot.times.empty() ? 0 : plot.times.back(), kTimeTicks);
  const Axis y = value_axis(highest_of(plot), plot.unit, kValueTicks);
  std::string curves;
  for (const Series& series : plot.series) curves += curve(plot, series, x, y);
  const Frame frame = {.id = plot.id,
                       .title = plot.title,
                       .description = plot.description,
                       .above = heading_of(plot),
                       .height = plot.height,
                       .x = x,
                       .y = &y,
                       .names = names_of(plot),
                       .points = points_of(plot, x)};
  return figure(frame, curves, {});
}

std::string latency_plot(const LatencyPlot& plot) {
  const base::Histogram& histogram = plot.histogram;
  if (histogram.count() == 0) {
    return fmt::format(
        "<figure><figcaption>{}</figcaption>\n<p class=\"note\">{}</p>\n"
        "<p class=\"empty\">Nothing was measured.</p></figure>\n",
        escaped(plot.title), escaped(plot.explanation));
  }
  const double median = static_cast<double>(histogram.quantile(0.5)) / 1e9;
  const double tail = static_cast<double>(histogram.quantile(0.99)) / 1e9;
  const Axis x = logarithmic_axis(static_cast<double>(histogram.min()) / 1e9,
                                  static_cast<double>(histogram.max()) / 1e9, 5);
  const std::vector<Bar> bars = bars_of(histogram, x);
  const Frame frame = {
      .id = plot.id,
      .title = plot.title,
      .description = fmt::format(
          "{}: {} samples; half within {}, 99 % within {}, all within {}.", plot.explanation,
          storm::grouped(histogram.count()), storm::duration_words(histogram.quantile(0.5)),
          storm::duration_words(histogram.quantile(0.99)), storm::duration_words(histogram.max())),
      .above = fmt::format("<p class=\"note\">{}</p>\n", escaped(plot.explanation)),
      .height = kLatencyHeight,
      .x = x,
      .names = "samples|share",
      .points = bar_points(bars, x, histogram.count())};
  return figure(frame, fmt::format("<path class=\"bars booted\" d=\"{}\"/>\n", bars_path(bars, x)),
                marker(x, median, "p50", 1) + marker(x, tail, "p99", 2));
}

std::string share_bar(double passed, double failed, double whole) {
  if (whole <= 0) whole = 1;
  const double good = std::clamp(passed / whole, 0.0, 1.0) * 100;
  const double bad = failed > 0 ? std::clamp(failed / whole * 100, 2.0, 100.0) : 0;
  return fmt::format(
      "<svg class=\"cell\" width=\"96\" height=\"10\" aria-hidden=\"true\">"
      "<rect class=\"track\" width=\"100%\" height=\"10\" rx=\"2\"/>"
      "<rect class=\"fill booted\" width=\"{0:.2f}%\" height=\"10\" rx=\"2\"/>"
      "<rect class=\"fill failed\" x=\"{2:.2f}%\" width=\"{1:.2f}%\" height=\"10\"/></svg>",
      good, bad, std::min(good, 100 - bad));
}

std::string range_bar(const base::Histogram& histogram, const Axis& axis) {
  if (histogram.count() == 0) return {};
  const double median = axis.place_of(static_cast<double>(histogram.quantile(0.5)) / 1e9) * 100;
  const double tail = axis.place_of(static_cast<double>(histogram.quantile(0.99)) / 1e9) * 100;
  return fmt::format(
      "<svg class=\"cell\" width=\"120\" height=\"10\" aria-hidden=\"true\">"
      "<rect class=\"track\" y=\"4\" width=\"100%\" height=\"2\"/>"
      "<rect class=\"fill bound\" x=\"{0:.2f}%\" y=\"2\" width=\"{1:.2f}%\" height=\"6\" rx=\"2\"/>"
      "<circle class=\"fill booted\" cx=\"{0:.2f}%\" cy=\"5\" r=\"4\"/></svg>",
      median, std::max(tail - median, 0.0));
}

}  // namespace stentor::rig
