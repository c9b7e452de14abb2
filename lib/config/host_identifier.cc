// SPDX-License-Identifier: BSD-3-Clause
#include "config/host_identifier.h"

#include <algorithm>

#include "base/hex.h"
#include "config/limit.h"

namespace stentor::config {
namespace {

bool begins_as_hex(std::string_view text) {
  return text.starts_with("0x") || text.starts_with("0X");
}

// Pairs of digits with the same separator, or none, between all of them.
std::optional<IdentifierBytes> parse_hex(std::string_view text) {
  IdentifierBytes bytes;
  const bool separated = text.size() > 2 && (text[2] == ':' || text[2] == '-');
  const char separator = separated ? text[2] : '\0';
  while (!text.empty()) {
    if (separated && !bytes.empty()) {
      if (text.front() != separator) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto byte = text.size() < 2 ? std::nullopt : base::hex_byte(text[0], text[1]);
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
    text.remove_prefix(2);
  }
  return bytes;
}

}  // namespace

std::optional<IdentifierBytes> parse_client_id(std::string_view text) {
  if (begins_as_hex(text)) text.remove_prefix(2);
  auto bytes = parse_hex(text);
  if (!bytes || bytes->size() < 2 || bytes->size() > kOptionBytesMax) return std::nullopt;
  return bytes;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  constexpr std::array<std::size_t, 4> kDashes{8, 13, 18, 23};
  const bool dashed = text.size() == 36;
  if (!dashed && text.size() != 32) return std::nullopt;
  Uuid uuid{};
  std::size_t digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (dashed && std::ranges::find(kDashes, at) != kDashes.end()) {
      if (text[at] != '-') return std::nullopt;
      continue;
    }
    const auto digit = base::hex_digit(text[at]);
    if (!digit) return std::nullopt;
    uuid[digits / 2] = static_cast<std::uint8_t>(uuid[digits / 2] << 4 | *digit);
    ++digits;
  }
  return uuid;
}

bool is_nobody(const Uuid& uuid) {
  const auto is_first = [&uuid](std::uint8_t byte) { return byte == uuid[0]; };
  return (uuid[0] == 0 || uuid[0] == 0xff) && std::ranges::all_of(uuid, is_first);
}

std::optional<IdentifierBytes> parse_relay_identifier(std::string_view text) {
  IdentifierBytes bytes(text.begin(), text.end());
  if (begins_as_hex(text)) {
    auto parsed = parse_hex(text.substr(2));
    if (!parsed) return std::nullopt;
    bytes = *std::move(parsed);
  }
  if (bytes.empty() || bytes.size() > kOptionBytesMax) return std::nullopt;
  return bytes;
}

}  // namespace stentor::config
