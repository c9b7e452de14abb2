// SPDX-License-Identifier: BSD-3-Clause
#include "sim/relay.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::sim {

namespace {

constexpr std::size_t kHops = 3;
constexpr std::size_t kGiaddr = 24;
constexpr std::size_t kOptions = 240;
constexpr std::uint8_t kEnd = 255;
constexpr std::uint8_t kAgentInformation = 82;

// Where END stands.
std::size_t end_of_options(ByteView message) {
  std::size_t at = kOptions;
  while (at < message.size() && message[at] != kEnd) {
    at += message[at] == 0 ? 1U : 2U + message[at + 1];
  }
  CHECK(at < message.size());
  return at;
}

}  // namespace

Relay::Relay(std::size_t number)
    : address_(support::address_number("10.21.0.1") + static_cast<std::uint32_t>(number)) {
  const auto low = static_cast<std::uint8_t>(number);
  mac_ = mac_text(ByteVector{0x02, 0, 0, 0, 0x21, low});
  const ByteVector circuit{'e', 't', 'h', low};
  agent_option_ = {kAgentInformation, static_cast<std::uint8_t>(circuit.size() + 2), 1,
                   static_cast<std::uint8_t>(circuit.size())};
  support::append(agent_option_, circuit);
}

Datagram Relay::forward(ByteView message, std::uint32_t server) const {
  ByteVector relayed(message.begin(), message.begin() + static_cast<long>(end_of_options(message)));
  ++relayed[kHops];
  const ByteVector giaddr = support::number_value(address_, 4);
  std::ranges::copy(giaddr, relayed.begin() + kGiaddr);
  support::append(relayed, agent_option_);
  relayed.push_back(kEnd);
  return {address_, server, kDhcpServerPort, kDhcpServerPort, relayed};
}

std::optional<ByteVector> Relay::unwrap(const Datagram& reply) const {
  const auto read = support::read_dhcp_reply(reply.payload);
  if (!read || reply.destination != address_ || reply.destination_port != kDhcpServerPort ||
      read->number_at(kGiaddr, 4) != address_) {
    return std::nullopt;
  }
  ByteVector message = reply.payload;
  const std::size_t end = end_of_options(message);
  const std::size_t bytes = agent_option_.size();
  if (end < kOptions + bytes) return std::nullopt;
  const auto start = message.begin() + static_cast<long>(end - bytes);
  if (!std::equal(agent_option_.begin(), agent_option_.end(), start)) return std::nullopt;
  message.erase(start, start + static_cast<long>(bytes));
  return message;
}

}  // namespace stentor::sim
