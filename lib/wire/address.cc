// SPDX-License-Identifier: BSD-3-Clause
#include "wire/address.h"

#include "base/hex.h"

namespace stentor::wire {

namespace {

constexpr std::size_t kMacTextLength = 17;

// A decimal number up to `max` at the front of `text`, without leading zeros (some readers take
// them for octal); removes it from `text`.
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t max) {
  std::uint32_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    value = value * 10 + static_cast<std::uint32_t>(text[digits] - '0');
    ++digits;
    if (value > max) return std::nullopt;
  }
  if (digits == 0 || (digits > 1 && text[0] == '0')) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

template <std::size_t N>
void append(ShortText<N>& out, char c) {
  out.characters[out.length++] = c;
}

}  // namespace

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  if (text.size() != kMacTextLength) return std::nullopt;
  const char separator = text[2];
  if (separator != ':' && separator != '-') return std::nullopt;
  MacAddress mac;
  for (std::size_t i = 0; i < mac.bytes.size(); ++i) {
    const auto byte = base::hex_byte(text[i * 3], text[i * 3 + 1]);
    if (!byte) return std::nullopt;
    if (i > 0 && text[i * 3 - 1] != separator) return std::nullopt;
    mac.bytes[i] = *byte;
  }
  return mac;
}

ShortText<17> MacAddress::text() const {
  ShortText<kMacTextLength> out;
  for (const std::uint8_t byte : bytes) {
    if (out.length > 0) append(out, ':');
    append(out, base::kHexDigits[byte >> 4]);
    append(out, base::kHexDigits[byte & 0xf]);
  }
  return out;
}

std::optional<Ipv4Address> Ipv4Address::parse(std::string_view text) {
  std::uint32_t host = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto value = take_number(text, 255);
    if (!value) return std::nullopt;
    host = host << 8 | *value;
  }
  if (!text.empty()) return std::nullopt;
  return Ipv4Address{host};
}

ShortText<15> Ipv4Address::text() const {
  ShortText<15> out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const std::uint32_t part = host_ >> shift & 0xff;
    if (shift < 24) append(out, '.');
    if (part >= 100) append(out, static_cast<char>('0' + part / 100));
    if (part >= 10) append(out, static_cast<char>('0' + part / 10 % 10));
    append(out, static_cast<char>('0' + part % 10));
  }
  return out;
}

std::optional<Ipv4Prefix> Ipv4Prefix::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = Ipv4Address::parse(text.substr(0, slash));
  std::string_view rest = text.substr(slash + 1);
  const auto length = take_number(rest, 32);
  if (!address || !length || !rest.empty()) return std::nullopt;
  return Ipv4Prefix{*address, static_cast<std::uint8_t>(*length)};
}

}  // namespace stentor::wire
