// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a machine is known by, and how that is written, in stentor.yaml and in files of hosts.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "config/client_match.h"
#include "config/name_kind.h"

namespace stentor::config {

using IdentifierBytes = std::vector<std::uint8_t>;
using Uuid = std::array<std::uint8_t, 16>;

// A client is the machine if one of these fits it. circuit_id and remote_id are one name: if both
// are there, both must fit.
struct HostIdentifiers {
  std::vector<MacPattern> macs{};
  IdentifierBytes client_id{};  // option 61 as it is sent; empty: none
  // In the order of its text. Firmware sends it so, or with the bytes of its first three parts
  // turned round, as SMBIOS has them.
  std::optional<Uuid> uuid{};
  IdentifierBytes circuit_id{};  // option 82, of a relay agent that is listed; empty: none
  IdentifierBytes remote_id{};
};

// Whether it is known by anything but its MAC addresses.
inline bool has_names(const HostIdentifiers& host) {
  return !host.client_id.empty() || host.uuid || !host.circuit_id.empty() ||
         !host.remote_id.empty();
}

inline constexpr std::uint64_t kWholeMac = (std::uint64_t{1} << 48) - 1;

// A pattern that one address alone fits.
inline MacPattern pattern_of(const wire::MacAddress& mac) {
  return {.value = mac.number(), .mask = kWholeMac};
}

// The address, of such a pattern.
inline std::optional<wire::MacAddress> whole_mac(const MacPattern& pattern) {
  if (pattern.mask != kWholeMac) return std::nullopt;
  return wire::MacAddress::of_number(pattern.value);
}

// Visits each name of a machine as (kind, bytes), but MAC addresses with wildcards (name_kind.h).
template <typename Visit>
void for_each_name(const HostIdentifiers& host, const Visit& visit) {
  for (const MacPattern& pattern : host.macs) {
    if (const auto mac = whole_mac(pattern)) visit(name_kind::kMac, base::Bytes(mac->bytes));
  }
  const base::Bytes circuit = host.circuit_id;
  const base::Bytes remote = host.remote_id;
  if (!host.client_id.empty()) visit(name_kind::kClientIdentifier, base::Bytes(host.client_id));
  if (host.uuid) visit(name_kind::kUuid, base::Bytes(*host.uuid));
  if (!circuit.empty() && !remote.empty()) {
    name_kind::PairBuffer buffer;
    visit(name_kind::kCircuitAndRemote, name_kind::pair_of(circuit, remote, buffer));
  } else if (!circuit.empty()) {
    visit(name_kind::kCircuit, circuit);
  } else if (!remote.empty()) {
    visit(name_kind::kRemote, remote);
  }
}

// Pairs of hexadecimal digits, "0x" before them and ':' or '-' between them allowed; 2 to 255 bytes
// (RFC 2132 section 9.14).
std::optional<IdentifierBytes> parse_client_id(std::string_view text);

// 32 hexadecimal digits, in parts of 8, 4, 4, 4 and 12 with '-' between them or without.
std::optional<Uuid> parse_uuid(std::string_view text);
// All zeros or all ones: boards whose maker gave them none.
bool is_nobody(const Uuid& uuid);
// As SMBIOS has it in memory (from 2.6 on).
inline Uuid turned(const Uuid& uuid) {
  Uuid other = uuid;
  std::reverse(other.begin(), other.begin() + 4);
  std::swap(other[4], other[5]);
  std::swap(other[6], other[7]);
  return other;
}

// Text as it is sent, or "0x" and pairs of hexadecimal digits; 1 to 255 bytes.
std::optional<IdentifierBytes> parse_relay_identifier(std::string_view text);

}  // namespace stentor::config
