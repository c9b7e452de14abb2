// SPDX-License-Identifier: BSD-3-Clause
#include "storm/figure_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace stentor::storm {
namespace {

// From here on three digits are seen as 1000, which belongs to the next unit.
constexpr double kNextUnit = 999.5;
// Two minutes are seen from here on.
constexpr double kMinutesFrom = 119.5e9;

std::string with_decimals(double value, int decimals) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return {text.data(), std::min(static_cast<std::size_t>(length), text.size() - 1)};
}

// As many decimals as leave three digits: 9.995 is seen as 10.0, and 99.95 as 100.
std::string three_digits(double value) {
  return with_decimals(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

struct Scale {
  double factor;
  std::string_view name;
};

// The first unit in which `value` has no more than three digits before the point; else the last.
template <std::size_t N>
const Scale& scale_of(double value, const std::array<Scale, N>& scales) {
  const Scale* chosen = scales.begin();
  while (chosen + 1 != scales.end() && value / chosen->factor >= kNextUnit) ++chosen;
  return *chosen;
}

std::string two_units(std::uint64_t count, std::uint64_t per, const char* unit,
                      const char* smaller) {
  const std::string rest = std::to_string(count % per);
  return std::to_string(count / per) + " " + unit + (rest.size() == 1 ? " 0" : " ") + rest + " " +
         smaller;
}

std::string minutes_words(double nanoseconds) {
  const auto seconds = static_cast<std::uint64_t>(std::round(nanoseconds / 1e9));
  if (seconds < 7200) return two_units(seconds, 60, "min", "s");
  return two_units((seconds + 30) / 60, 60, "h", "min");
}

std::string time_words(double nanoseconds) {
  static constexpr std::array<Scale, 4> kScales = {
      {{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}}};
  if (nanoseconds <= 0) return "0 s";
  if (nanoseconds >= kMinutesFrom) return minutes_words(nanoseconds);
  const Scale& scale = scale_of(nanoseconds, kScales);
  // Nobody measures a part of a nanosecond.
  const double value = nanoseconds / scale.factor;
  return (scale.factor == 1 ? with_decimals(value, 0) : three_digits(value)) + " " +
         std::string(scale.name);
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string si_words(double value, std::string_view unit) {
  static constexpr std::array<Scale, 6> kScales = {
      {{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}, {1e12, "T"}, {1e15, "P"}}};
  if (!std::isfinite(value) || value < 0) value = 0;
  const Scale& scale = scale_of(value, kScales);
  const bool is_whole = scale.factor == 1 && value == std::floor(value);
  return (is_whole ? with_decimals(value, 0) : three_digits(value / scale.factor)) + " " +
         std::string(scale.name) + std::string(unit);
}

std::string duration_words(base::Duration duration) {
  return time_words(static_cast<double>(duration.count()));
}

std::string duration_words(std::uint64_t nanoseconds) {
  return time_words(static_cast<double>(nanoseconds));
}

std::string percent_words(double share) {
  const double percent = 100 * share;
  if (!(share > 0)) return "0 %";
  if (share >= 1) return "100 %";
  if (percent < 0.01) return "< 0.01 %";
  if (percent > 99.99) return "> 99.99 %";
  const bool near_an_end = percent < 0.995 || percent >= 99.905;
  return with_decimals(percent, near_an_end ? 2 : 1) + " %";
}

std::string percent_words(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0 %";
  return percent_words(static_cast<double>(part) / static_cast<double>(whole));
}

std::string sentence_case(std::string_view words) {
  std::string text{words};
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

}  // namespace stentor::storm
