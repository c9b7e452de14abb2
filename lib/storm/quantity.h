// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Numbers with units as scenarios, flags and goals have them, and back. Decimals are allowed
// ("1.5s", "0.1%"), unlike in stentor.yaml: a rig measures microseconds and fractions of a percent.
// Each text_of_ is read back by its parse_ as the same value; what people read, rounded, is in
// figure_text.h.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace stentor::storm {

// A decimal number without sign or exponent: "12", "0.25".
std::optional<double> parse_decimal(std::string_view text);

// us ms s m h d, up to ten years: "200us". The unit is required, but for "0".
std::optional<base::Duration> parse_time(std::string_view text);
std::string text_of_time(base::Duration time);

// "0.1%" or "0.001": 0 to 1.
std::optional<double> parse_fraction(std::string_view text);
std::string text_of_fraction(double fraction);

// kbps Mbps Gbps, up to 1 Tbit/s: "2.5Gbps".
std::optional<std::uint64_t> parse_bit_rate(std::string_view text);
std::string text_of_bit_rate(std::uint64_t bits_per_second);

// B/s kB/s MB/s GB/s (decimal), kbps Mbps Gbps: in bytes a second.
std::optional<double> parse_byte_rate(std::string_view text);

// "1000/s", more than 0 and up to 10^9.
std::optional<double> parse_frequency(std::string_view text);
std::string text_of_frequency(double per_second);

// A number as short as it can be written without loss: "0.25".
std::string text_of_number(double number);

}  // namespace stentor::storm
