// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A DHCP relay agent (RFC 1542, RFC 3046) that is also a router of its clients' network.

#include <cstdint>
#include <optional>
#include <string>

#include "client/relay.h"
#include "sim/datagram.h"

namespace stentor::sim {

class Relay {
 public:
  // `number` below 200: its MAC, its address on the clients' network and its circuit follow.
  explicit Relay(std::size_t number);

  [[nodiscard]] const std::string& mac() const { return mac_; }
  [[nodiscard]] std::uint32_t address() const { return address_; }

  // A client's broadcast as it goes on to `server`: hops, giaddr, option 82.
  [[nodiscard]] Datagram forward(ByteView message, std::uint32_t server) const;
  // The server's reply as it goes on to the client. nullopt: it is not to this relay, or option 82
  // has not come back byte for byte as the last option (RFC 3046 section 2.1 and 2.2).
  [[nodiscard]] std::optional<ByteVector> unwrap(const Datagram& reply) const;

 private:
  std::string mac_;
  std::uint32_t address_;
  client::AgentOption agent_option_;
};

}  // namespace stentor::sim
