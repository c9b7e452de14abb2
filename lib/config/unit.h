// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Numbers, durations and sizes as an operator writes them.

#include <cstdint>
#include <optional>
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

}  // namespace stentor::config
