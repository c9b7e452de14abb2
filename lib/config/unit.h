// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Numbers, durations and sizes as an operator writes them.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace stentor::config {

// Decimal digits alone; no sign, and no leading zero, which half of all YAML readers take for
// octal.
std::optional<std::uint64_t> parse_number(std::string_view text);

// A number and its unit, ms s m h d: "30m". The unit is required.
std::optional<base::Duration> parse_duration(std::string_view text);

// A number and its unit, KiB MiB GiB, as bytes: "2GiB". The unit is required.
std::optional<std::uint64_t> parse_size(std::string_view text);

// A number and its unit, kbps Mbps Gbps, as bits a second: "1Gbps". The unit is required.
std::optional<std::uint64_t> parse_bit_rate(std::string_view text);

// So many a second: "10/s".
std::optional<std::uint64_t> parse_rate(std::string_view text);

// Is it a number and a unit that `parse` knows, even if they come to more than it holds?
template <typename Parse>
bool is_quantity(std::string_view text, const Parse& parse) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return digits > 0 && (digits == 1 || text.front() != '0') &&
         parse("1" + std::string(text.substr(digits))).has_value();
}

}  // namespace stentor::config
