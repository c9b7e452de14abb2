// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Scalars as typed values. Each reader reports what it does not accept and returns nothing then;
// the cursor's node must be a scalar (Mapping and read_items() see to that).

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/choice.h"
#include "config/cursor.h"
#include "config/near_miss.h"
#include "config/settings.h"
#include "config/unit.h"

namespace stentor::config {

// Both limits included.
std::optional<std::uint64_t> read_number(const Cursor& value, std::uint64_t min, std::uint64_t max);

template <std::unsigned_integral T>
std::optional<T> read_number(const Cursor& value, std::uint64_t min, std::uint64_t max) {
  const std::optional<std::uint64_t> number =
      read_number(value, min, std::min<std::uint64_t>(max, static_cast<T>(~T{0})));
  if (!number) return std::nullopt;
  return static_cast<T>(*number);
}

std::optional<bool> read_boolean(const Cursor& value);
std::optional<base::Duration> read_duration(const Cursor& value, base::Duration min,
                                            base::Duration max);
// Whole seconds only: what DHCP counts in.
std::optional<base::Duration> read_seconds(const Cursor& value, base::Duration min,
                                           base::Duration max);

// An address that a machine can have.
std::optional<wire::Ipv4Address> read_address(const Cursor& value);
// "ADDRESS:PORT", where a host can listen.
std::optional<TcpAddress> read_tcp_address(const Cursor& value);
// A network: no host bits set, at least /1.
std::optional<wire::Ipv4Prefix> read_network(const Cursor& value);
// "A-B" with A <= B, or "A".
std::optional<AddressRange> read_range(const Cursor& value);
// "A-B" as two numbers, A <= B, both inside the limits.
std::optional<std::pair<std::uint16_t, std::uint16_t>> read_port_range(const Cursor& value,
                                                                       std::uint16_t min,
                                                                       std::uint16_t max);

// 1 to `bytes_max` bytes, no control characters.
std::optional<std::string> read_text(const Cursor& value, std::size_t bytes_max);
// A path below a root: read_text() without "." and ".." as parts, and not ending in a separator,
// '/' or '\'.
std::optional<std::string> read_relative_path(const Cursor& value, std::size_t bytes_max);
// read_text() of at most kPathBytesMax that begins with '/'.
std::optional<std::string> read_absolute_path(const Cursor& value);
// Of a port or a class: 1 to 32 letters, digits, '.', '_' or '-'.
std::optional<std::string> read_name(const Cursor& value);
// RFC 1123 section 2.1; a trailing dot is refused.
bool is_hostname(std::string_view text);
std::optional<std::string> read_hostname(const Cursor& value);

template <typename E, std::size_t N>
std::optional<E> read_choice(const Cursor& value, const std::array<Choice<E>, N>& choices) {
  std::array<std::string_view, N> names;
  for (std::size_t at = 0; at < N; ++at) {
    if (value.text() == choices[at].name) return choices[at].value;
    names[at] = choices[at].name;
  }
  const std::string_view meant = find_near_miss(value.text(), names);
  value.unexpected(meant.empty() ? std::string() : "did you mean " + std::string(meant) + "?");
  return std::nullopt;
}

// Keeps the default where the key is absent or its value was refused.
template <typename T, typename U>
void assign(T& target, const std::optional<U>& value) {
  if (value) target = *value;
}

}  // namespace stentor::config
