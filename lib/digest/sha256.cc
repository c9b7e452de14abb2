// SPDX-License-Identifier: BSD-3-Clause
#include "digest/sha256.h"

#include "base/hex.h"

namespace stentor::digest {

std::string hex_of(const Sha256& hash) {
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    text += base::kHexDigits[byte >> 4];
    text += base::kHexDigits[byte & 0xf];
  }
  return text;
}

std::optional<Sha256> parse_hex(std::string_view digits) {
  Sha256 hash;
  if (digits.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const auto byte = base::hex_byte(digits[2 * i], digits[2 * i + 1]);
    if (!byte) return std::nullopt;
    hash[i] = *byte;
  }
  return hash;
}

}  // namespace stentor::digest
