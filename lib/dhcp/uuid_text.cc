// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/uuid_text.h"

#include <algorithm>

#include "base/check.h"
#include "base/hex.h"
#include "config/host_identifier.h"

namespace stentor::dhcp {

UuidText::UuidText(base::Bytes option, Order order) {
  CHECK(option.size() == 17);
  config::Uuid bytes;
  std::ranges::copy(option.subspan(1), bytes.begin());
  if (order == Order::little_endian) bytes = config::turned(bytes);
  char* at = text_.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    *at++ = base::kHexDigits[bytes[i] >> 4];
    *at++ = base::kHexDigits[bytes[i] & 15];
  }
}

}  // namespace stentor::dhcp
