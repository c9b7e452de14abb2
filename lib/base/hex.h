// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Hexadecimal digits.

#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::base {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

// Of a digit in either case; nullopt: it is none.
constexpr std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

// Of two digits.
constexpr std::optional<std::uint8_t> hex_byte(char high, char low) {
  const auto upper = hex_digit(high);
  const auto lower = hex_digit(low);
  if (!upper || !lower) return std::nullopt;
  return static_cast<std::uint8_t>(*upper << 4 | *lower);
}

}  // namespace stentor::base
