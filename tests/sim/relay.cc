// SPDX-License-Identifier: BSD-3-Clause
#include "sim/relay.h"

#include <array>

#include "base/check.h"

namespace stentor::sim {

Relay::Relay(std::size_t number)
    : address_(support::address_number("10.21.0.1") + static_cast<std::uint32_t>(number)) {
  const auto low = static_cast<std::uint8_t>(number);
  mac_ = mac_text(ByteVector{0x02, 0, 0, 0, 0x21, low});
  const std::array<char, 4> circuit{'e', 't', 'h', static_cast<char>(number)};
  agent_option_ = *client::make_agent_option({circuit.data(), circuit.size()});
}

Datagram Relay::forward(ByteView message, std::uint32_t server) const {
  ByteVector relayed(message.begin(), message.end());
  relayed.resize(message.size() + agent_option_.length);
  const std::size_t length =
      client::relay_request(relayed, message.size(), wire::Ipv4Address{address_}, agent_option_);
  CHECK(length != 0);
  relayed.resize(length);
  return {address_, server, kDhcpServerPort, kDhcpServerPort, relayed};
}

std::optional<ByteVector> Relay::unwrap(const Datagram& reply) const {
  if (reply.destination != address_ || reply.destination_port != kDhcpServerPort) {
    return std::nullopt;
  }
  const auto at =
      client::find_returned_option(reply.payload, wire::Ipv4Address{address_}, agent_option_);
  if (!at) return std::nullopt;
  ByteVector message = reply.payload;
  const auto start = message.begin() + static_cast<long>(*at);
  message.erase(start, start + agent_option_.length);
  return message;
}

}  // namespace stentor::sim
