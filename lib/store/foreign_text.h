// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Words of other servers' lease files. Private to lib/store. nullopt: it is none.

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "store/clock_pair.h"

namespace stentor::store {

// ARP's hardware type, which DHCP has too (RFC 2131 section 2, htype).
inline constexpr std::uint8_t kEthernet = 1;

// The whole of a decimal number.
template <typename Number>
std::optional<Number> read_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || rest != end || text.empty()) return std::nullopt;
  return number;
}

// "52:54:0:12:34:56": bytes of one or two hexadecimal digits; none: no bytes.
std::optional<std::vector<std::uint8_t>> read_colon_bytes(std::string_view text);

// "2026-11-27" (of a separator of one's own) and "17:00:00", UTC.
std::optional<UtcSecond> read_date_and_time(std::string_view date, char separator,
                                            std::string_view time);

// Up to `separator`, which goes, too; `rest` is what is behind it.
std::string_view take_until(std::string_view& rest, char separator);

// Without CR at the end; counts from 1.
template <typename Visit>
void for_each_line(std::string_view text, Visit visit) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    visit(number, line);
  }
}

}  // namespace stentor::store
