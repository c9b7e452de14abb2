// SPDX-License-Identifier: BSD-3-Clause
#include "support/hex.h"

#include <cctype>

namespace stentor::support {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

std::size_t digit_of(char c) {
  return kDigits.find(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
}

}  // namespace

std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < text.size();) {
    if (std::isspace(static_cast<unsigned char>(text[i])) != 0) {
      ++i;
      continue;
    }
    if (i + 1 == text.size()) return std::nullopt;
    const std::size_t high = digit_of(text[i]);
    const std::size_t low = digit_of(text[i + 1]);
    if (high == kDigits.npos || low == kDigits.npos) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
    i += 2;
  }
  return bytes;
}

std::string hex_of(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

}  // namespace stentor::support
