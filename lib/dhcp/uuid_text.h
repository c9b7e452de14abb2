// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A machine's UUID as people know it from dmidecode, iPXE and UEFI: the first three fields of
// option 97 are little-endian (RFC 4578 section 2.3; UEFI 2.10, appendix A). Some firmware sends
// them in the order of the text.

#include <array>
#include <string_view>

#include "base/bytes.h"

namespace stentor::dhcp {

class UuidText {
 public:
  enum class Order : std::uint8_t { little_endian, as_sent };

  // `option` is a well-formed option 97: the type byte and 16 bytes.
  explicit UuidText(base::Bytes option, Order order = Order::little_endian);

  // 36 characters, small letters.
  [[nodiscard]] std::string_view view() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 36> text_;
};

}  // namespace stentor::dhcp
