// SPDX-License-Identifier: BSD-3-Clause
#include "storm/quantity.h"

#include <array>
#include <charconv>
#include <cmath>

namespace stentor::storm {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

// From the smallest to the largest.
constexpr std::array<Unit, 6> kTimes{
    {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}}};
constexpr std::array<Unit, 3> kBitRates{{{"kbps", 1e3}, {"Mbps", 1e6}, {"Gbps", 1e9}}};
constexpr std::array<Unit, 7> kByteRates{{{"B/s", 1},
                                          {"kB/s", 1e3},
                                          {"MB/s", 1e6},
                                          {"GB/s", 1e9},
                                          {"kbps", 125},
                                          {"Mbps", 125e3},
                                          {"Gbps", 125e6}}};

constexpr double kTimeMax = 3650.0 * 86400e9;
constexpr double kBitRateMax = 1e12;
constexpr double kFrequencyMax = 1e9;

template <std::size_t N>
std::optional<double> parse_with_unit(std::string_view text, const std::array<Unit, N>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::optional<double> number = parse_decimal(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (unit.name == text.substr(digits)) return *number * unit.factor;
  }
  return std::nullopt;
}

// In the largest unit of which it is a whole number; else in the smallest.
template <std::size_t N>
std::string write_with_unit(double value, const std::array<Unit, N>& units) {
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (value > 0 && std::fmod(value, unit.factor) == 0) best = &unit;
  }
  return text_of_number(value / best->factor) + std::string(best->name);
}

}  // namespace

std::optional<double> parse_decimal(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) {
    return std::nullopt;
  }
  if (text.front() == '.' || text.back() == '.') return std::nullopt;
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<base::Duration> parse_time(std::string_view text) {
  if (text == "0") return base::Duration::zero();
  const std::optional<double> nanoseconds = parse_with_unit(text, kTimes);
  if (!nanoseconds || *nanoseconds > kTimeMax) return std::nullopt;
  return base::Duration{std::llround(*nanoseconds)};
}

std::string text_of_time(base::Duration time) {
  if (time == base::Duration::zero()) return "0";
  return write_with_unit(static_cast<double>(time.count()), kTimes);
}

std::optional<double> parse_fraction(std::string_view text) {
  const std::string_view number = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
  std::optional<double> fraction = parse_decimal(number);
  if (fraction && number.size() < text.size()) {
    // Not a division by 100: "99.9%" must be the same number as 999 of 1000.
    const std::string shifted = std::string(number) + "e-2";
    std::from_chars(shifted.data(), shifted.data() + shifted.size(), *fraction);
  }
  if (!fraction || *fraction > 1) return std::nullopt;
  return fraction;
}

std::string text_of_fraction(double fraction) {
  const std::string percent = text_of_number(fraction * 100);
  // Where a percentage would be another number, the number itself.
  return parse_fraction(percent + "%") == fraction ? percent + "%" : text_of_number(fraction);
}

std::optional<std::uint64_t> parse_bit_rate(std::string_view text) {
  const std::optional<double> rate = parse_with_unit(text, kBitRates);
  if (!rate || *rate > kBitRateMax) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(*rate));
}

std::string text_of_bit_rate(std::uint64_t bits_per_second) {
  return write_with_unit(static_cast<double>(bits_per_second), kBitRates);
}

std::optional<double> parse_byte_rate(std::string_view text) {
  return parse_with_unit(text, kByteRates);
}

std::optional<double> parse_frequency(std::string_view text) {
  if (!text.ends_with("/s")) return std::nullopt;
  text.remove_suffix(2);
  const std::optional<double> number = parse_decimal(text);
  if (!number || *number <= 0 || *number > kFrequencyMax) return std::nullopt;
  return number;
}

std::string text_of_frequency(double per_second) { return text_of_number(per_second) + "/s"; }

std::string text_of_number(double number) {
  std::array<char, 512> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return error == std::errc{} ? std::string(text.data(), end) : std::string();
}

}  // namespace stentor::storm
