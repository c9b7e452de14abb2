// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a relay agent does to DHCP messages (RFC 1542 section 4, RFC 3046 section 2). Shares no
// codec with lib/dhcp. No call allocates.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "wire/address.h"

namespace stentor::client {

// Option 82 as it stands in a message, code and length included.
struct AgentOption {
  std::array<std::uint8_t, 64> bytes{};
  std::uint8_t length = 0;  // 0: the agent adds none

  [[nodiscard]] base::Bytes view() const { return base::Bytes(bytes).first(length); }
};

// Sub-option 1 (RFC 3046 section 3.1). nullopt: `circuit_id` is longer than kCircuitIdMax.
inline constexpr std::size_t kCircuitIdMax = 60;
std::optional<AgentOption> make_agent_option(std::string_view circuit_id);

// Makes the client's message, which stands in the first `length` bytes of `buffer`, the one that
// goes on to a server: hops, giaddr, the option in front of END. Returns its length; 0 if there is
// no room or the message has no END.
std::size_t relay_request(base::MutableBytes buffer, std::size_t length, wire::Ipv4Address relay,
                          const AgentOption& option);

// Where option 82 begins in a server's reply, which must be for `relay` and carry the option byte
// for byte as its last (RFC 3046 section 2.1, 2.2); the place of END if the agent adds none.
std::optional<std::size_t> find_returned_option(base::Bytes message, wire::Ipv4Address relay,
                                                const AgentOption& option);

}  // namespace stentor::client
