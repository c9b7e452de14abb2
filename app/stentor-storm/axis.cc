// SPDX-License-Identifier: BSD-3-Clause
#include "axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <initializer_list>
#include <string_view>

#include "storm/figure_text.h"

namespace stentor::rig {
namespace {

struct Scale {
  double factor = 1;  // of the unit that the label names
  std::string_view suffix;
};

constexpr std::array<Scale, 6> kTimeScales = {
    {{1e-9, " ns"}, {1e-6, " µs"}, {1e-3, " ms"}, {1, " s"}, {60, " min"}, {3600, " h"}}};
constexpr std::array<Scale, 5> kByteScales = {
    {{1, " B/s"}, {1e3, " kB/s"}, {1e6, " MB/s"}, {1e9, " GB/s"}, {1e12, " TB/s"}}};
constexpr std::array<Scale, 4> kRateScales = {
    {{1, " /s"}, {1e3, " k/s"}, {1e6, " M/s"}, {1e9, " G/s"}}};
constexpr std::array<Scale, 1> kCountScales = {{{1, ""}}};

template <std::size_t N>
Scale largest_below(const std::array<Scale, N>& scales, double value) {
  Scale chosen = scales.front();
  for (const Scale& scale : scales) {
    if (scale.factor <= value * (1 + 1e-9)) chosen = scale;
  }
  return chosen;
}

Scale scale_for(double value, Unit unit) {
  switch (unit) {
    case Unit::seconds:
      // A minute and a half reads better as 90 s.
      return value >= 60 && value < 120 ? Scale{1, " s"} : largest_below(kTimeScales, value);
    case Unit::bytes_per_second:
      return largest_below(kByteScales, value);
    case Unit::per_second:
      return largest_below(kRateScales, value);
    case Unit::machines:
      break;
  }
  return kCountScales.front();
}

// The smallest of 1, 2, 5 times a power of ten that is at least `least`.
double step_at_least(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double digit : {1.0, 2.0, 5.0}) {
    if (digit * power >= least * (1 - 1e-9)) return digit * power;
  }
  return 10 * power;
}

std::string label_of(double value, const Scale& scale) {
  const double shown = value / scale.factor;
  if (shown == 0) return "0";
  if (shown >= 1000 && shown == std::round(shown)) {
    return storm::grouped(static_cast<std::uint64_t>(shown)) + std::string(scale.suffix);
  }
  return fmt::format("{:.4g}{}", shown, scale.suffix);
}

// Ticks at multiples of a 1-2-5 step, from 0 to the first at or above `high`.
std::vector<Tick> even_ticks(double high, Unit unit, std::size_t ticks_max) {
  const Scale scale = scale_for(high, unit);
  double step = step_at_least(high / scale.factor / static_cast<double>(ticks_max));
  if (unit == Unit::machines) step = std::max(step, 1.0);
  std::vector<Tick> ticks;
  for (std::size_t at = 0;; ++at) {
    const double value = static_cast<double>(at) * step * scale.factor;
    ticks.push_back({value, label_of(value, scale)});
    if (value >= high * (1 - 1e-9)) return ticks;
  }
}

std::vector<Tick> logarithmic_ticks(const Axis& axis, std::initializer_list<double> digits,
                                    int decades_apart) {
  std::vector<Tick> ticks;
  const double low = std::log10(axis.low);
  const int first = static_cast<int>(digits.size() == 1 ? std::ceil(low) : std::floor(low));
  const int last = static_cast<int>(std::floor(std::log10(axis.high)));
  for (int power = first; power <= last; power += decades_apart) {
    for (const double digit : digits) {
      const double value = digit * std::pow(10, power);
      if (value < axis.low || value > axis.high) continue;
      // Minutes would break the decades.
      const Scale scale = value < 1 ? scale_for(value, Unit::seconds) : Scale{1, " s"};
      ticks.push_back({value, label_of(value, scale)});
    }
  }
  return ticks;
}

}  // namespace

std::string words(double value, Unit unit) {
  switch (unit) {
    case Unit::machines:
      return storm::grouped(static_cast<std::uint64_t>(std::llround(std::max(value, 0.0))));
    case Unit::per_second:
      return storm::si_words(value, "/s");
    case Unit::bytes_per_second:
      return storm::si_words(value, "B/s");
    case Unit::seconds:
      break;
  }
  return storm::duration_words(
      base::Duration{static_cast<std::int64_t>(std::max(value, 0.0) * 1e9)});
}

double Axis::place_of(double value) const {
  if (high <= low) return 0;
  const double place = is_logarithmic ? std::log(std::max(value, low) / low) / std::log(high / low)
                                      : (value - low) / (high - low);
  return std::clamp(place, 0.0, 1.0);
}

Axis value_axis(double high, Unit unit, std::size_t ticks_max) {
  Axis axis;
  axis.ticks = even_ticks(high > 0 ? high : 1, unit, ticks_max);
  axis.high = axis.ticks.back().value;
  return axis;
}

Axis time_axis(double seconds, std::size_t ticks_max) {
  Axis axis;
  axis.high = seconds > 0 ? seconds : 1;
  axis.ticks = even_ticks(axis.high, Unit::seconds, ticks_max);
  if (axis.ticks.back().value > axis.high * (1 + 1e-9)) axis.ticks.pop_back();
  return axis;
}

Axis logarithmic_axis(double low, double high, std::size_t ticks_max) {
  Axis axis;
  axis.is_logarithmic = true;
  low = std::max(low, 1e-9);
  high = std::max(high, low);
  const double widen = std::max(1.0, std::sqrt(4 * low / high));
  axis.low = low / widen / 1.05;
  axis.high = high * widen * 1.05;
  // All of 1, 2 and 5; else whole decades, as many apart as it takes.
  axis.ticks = logarithmic_ticks(axis, {1, 2, 5}, 1);
  for (int apart = 1; axis.ticks.size() > ticks_max; ++apart) {
    axis.ticks = logarithmic_ticks(axis, {1}, apart);
  }
  return axis;
}

}  // namespace stentor::rig
