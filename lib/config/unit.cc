// SPDX-License-Identifier: BSD-3-Clause
#include "config/unit.h"

#include <array>
#include <charconv>
#include <limits>

namespace stentor::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1000 * kMillisecond;
constexpr std::array<Unit, 5> kDurationUnits{{
    {"ms", kMillisecond},
    {"s", kSecond},
    {"m", 60 * kSecond},
    {"h", 3600 * kSecond},
    {"d", 86400 * kSecond},
}};
constexpr std::array<Unit, 3> kSizeUnits{{
    {"KiB", std::uint64_t{1} << 10},
    {"MiB", std::uint64_t{1} << 20},
    {"GiB", std::uint64_t{1} << 30},
}};

constexpr std::array<Unit, 3> kBitRateUnits{{
    {"kbps", 1'000},
    {"Mbps", 1'000'000},
    {"Gbps", 1'000'000'000},
}};

// Number times unit, if that is at most the largest 64-bit signed number.
template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text,
                                             const std::array<Unit, N>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<std::uint64_t> number = parse_number(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (unit.name != text.substr(digits)) continue;
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    if (*number > kMax / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<base::Duration> parse_duration(std::string_view text) {
  const std::optional<std::uint64_t> nanoseconds = parse_with_unit(text, kDurationUnits);
  if (!nanoseconds) return std::nullopt;
  return base::Duration{static_cast<base::Duration::rep>(*nanoseconds)};
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse_with_unit(text, kSizeUnits);
}

std::optional<std::uint64_t> parse_bit_rate(std::string_view text) {
  return parse_with_unit(text, kBitRateUnits);
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
  constexpr std::array<Unit, 1> kRateUnits{{{"/s", 1}}};
  return parse_with_unit(text, kRateUnits);
}

}  // namespace stentor::config
