// SPDX-License-Identifier: BSD-3-Clause
#include "figure_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace stentor::rig {
namespace {

// `value` with three significant digits, so that 9.999 is seen as 10.0 before its unit is chosen.
double rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const double scale = std::pow(10, 2 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

std::string three_digits(double value) {
  if (value == 0) return "0";
  if (value < 10) return fmt::format("{:.2f}", value);
  if (value < 100) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

std::string minutes_words(std::uint64_t seconds) {
  if (seconds < 7200) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  const std::uint64_t minutes = seconds / 60;
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string text = fmt::format("{}", value);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string si_words(double value, std::string_view unit) {
  static constexpr std::array<std::string_view, 6> kPrefixes = {"", "k", "M", "G", "T", "P"};
  double scaled = rounded(value);
  std::size_t prefix = 0;
  while (scaled >= 1000 && prefix + 1 < kPrefixes.size()) {
    scaled = rounded(scaled / 1000);
    ++prefix;
  }
  const bool is_whole = prefix == 0 && scaled == std::floor(scaled);
  return fmt::format("{} {}{}", is_whole ? fmt::format("{:.0f}", scaled) : three_digits(scaled),
                     kPrefixes[prefix], unit);
}

std::string duration_words(base::Duration duration) {
  const auto ns = static_cast<double>(std::max<std::int64_t>(duration.count(), 0));
  if (ns == 0) return "0 s";
  if (ns >= 120e9) return minutes_words(static_cast<std::uint64_t>(std::llround(ns / 1e9)));
  const double seen = rounded(ns);
  if (seen < 1e3) return fmt::format("{:.0f} ns", seen);
  if (seen < 1e6) return three_digits(seen / 1e3) + " µs";
  if (seen < 1e9) return three_digits(seen / 1e6) + " ms";
  return three_digits(seen / 1e9) + " s";
}

std::string percent_words(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0 || part == 0) return "0 %";
  if (part >= whole) return "100 %";
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.01) return "< 0.01 %";
  if (percent > 99.99) return "> 99.99 %";
  if (percent < 1 || percent > 99) return fmt::format("{:.2f} %", percent);
  return fmt::format("{:.1f} %", percent);
}

std::string sentence_case(std::string_view words) {
  std::string text{words};
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

}  // namespace stentor::rig
