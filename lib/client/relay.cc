// SPDX-License-Identifier: BSD-3-Clause
#include "client/relay.h"

#include <algorithm>
#include <cstring>

namespace stentor::client {
namespace {

constexpr std::size_t kHops = 3;
constexpr std::size_t kGiaddr = 24;
constexpr std::size_t kOptions = 240;
constexpr std::uint8_t kPad = 0;
constexpr std::uint8_t kAgentInformation = 82;
constexpr std::uint8_t kCircuitId = 1;
constexpr std::uint8_t kEnd = 255;

// Where END stands.
std::optional<std::size_t> end_of_options(base::Bytes message) {
  std::size_t at = kOptions;
  while (at < message.size() && message[at] != kEnd) {
    if (message[at] == kPad) {
      ++at;
    } else {
      if (at + 1 >= message.size()) return std::nullopt;
      at += 2u + message[at + 1];
    }
  }
  return at < message.size() ? std::optional(at) : std::nullopt;
}

}  // namespace

std::optional<AgentOption> make_agent_option(std::string_view circuit_id) {
  if (circuit_id.size() > kCircuitIdMax) return std::nullopt;
  if (circuit_id.empty()) return AgentOption{};
  AgentOption option;
  const auto bytes = static_cast<std::uint8_t>(circuit_id.size());
  option.bytes[0] = kAgentInformation;
  option.bytes[1] = static_cast<std::uint8_t>(bytes + 2);
  option.bytes[2] = kCircuitId;
  option.bytes[3] = bytes;
  std::copy(circuit_id.begin(), circuit_id.end(), option.bytes.begin() + 4);
  option.length = static_cast<std::uint8_t>(bytes + 4);
  return option;
}

std::size_t relay_request(base::MutableBytes buffer, std::size_t length, wire::Ipv4Address relay,
                          const AgentOption& option) {
  if (length > buffer.size()) return 0;
  const auto end = end_of_options(buffer.first(length));
  if (!end) return 0;
  // What stands behind END is padding: it makes room.
  const std::size_t relayed = std::max(length, *end + option.length + 1);
  if (relayed > buffer.size()) return 0;
  ++buffer[kHops];
  base::store_big_endian(buffer.data() + kGiaddr, relay.host());
  std::copy_n(option.bytes.begin(), option.length,
              buffer.begin() + static_cast<std::ptrdiff_t>(*end));
  buffer[*end + option.length] = kEnd;
  return relayed;
}

std::optional<std::size_t> find_returned_option(base::Bytes message, wire::Ipv4Address relay,
                                                const AgentOption& option) {
  const auto end = end_of_options(message);
  if (!end || base::load_big_endian<std::uint32_t>(message.data() + kGiaddr) != relay.host()) {
    return std::nullopt;
  }
  if (*end < kOptions + option.length) return std::nullopt;
  const std::size_t at = *end - option.length;
  if (std::memcmp(message.data() + at, option.bytes.data(), option.length) != 0) {
    return std::nullopt;
  }
  return at;
}

}  // namespace stentor::client
