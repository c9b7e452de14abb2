// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/uuid_text.h"

#include "base/check.h"
#include "base/hex.h"

namespace stentor::dhcp {

UuidText::UuidText(base::Bytes option) {
  // Where each byte of the text stands behind the type byte; 0: a dash.
  constexpr std::array<std::uint8_t, 20> kPlaces{4, 3, 2,  1, 0,  6,  5,  0,  8,  7,
                                                 0, 9, 10, 0, 11, 12, 13, 14, 15, 16};
  CHECK(option.size() == 17);
  char* at = text_.data();
  for (const std::uint8_t place : kPlaces) {
    if (place == 0) {
      *at++ = '-';
      continue;
    }
    *at++ = base::kHexDigits[option[place] >> 4];
    *at++ = base::kHexDigits[option[place] & 15];
  }
}

}  // namespace stentor::dhcp
