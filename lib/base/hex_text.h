// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Bytes in hexadecimal, for people. Not for the data path: it allocates.

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/hex.h"

namespace stentor::base {

// "0a1b", with `between` between two bytes.
inline std::string hex_text(Bytes bytes, std::string_view between = {}) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += between;
    text += kHexDigits[byte >> 4];
    text += kHexDigits[byte & 0xf];
  }
  return text;
}

}  // namespace stentor::base
