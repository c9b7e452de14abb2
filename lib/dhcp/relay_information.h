// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a relay agent says in option 82 (RFC 3046), besides what classes compare: where the client
// is, what the server is to be called, where the answer goes. Read only for relay agents that
// dhcp.relays lists.
//
// The flags of RFC 5010 (82.10) change nothing here: whether the client broadcast its message or
// not, the answer goes to the relay, which has the client's own broadcast flag for the rest.

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "wire/address.h"
#include "wire/drop_reason.h"

namespace stentor::dhcp {

// Sub-options of option 82, each with its RFC.
namespace sub_option {
inline constexpr std::uint8_t kCircuitId = 1;          // 3046
inline constexpr std::uint8_t kRemoteId = 2;           // 3046
inline constexpr std::uint8_t kLinkSelection = 5;      // 3527
inline constexpr std::uint8_t kAuthentication = 8;     // 4030
inline constexpr std::uint8_t kServerIdentifier = 11;  // 5107
inline constexpr std::uint8_t kRelaySourcePort = 19;   // 8357
}  // namespace sub_option

struct RelayInformation {
  std::optional<wire::Ipv4Address> link;               // a subnet, by an address in it
  std::optional<wire::Ipv4Address> server_identifier;  // what option 54 is to say
  bool has_source_port = false;  // answers go to the port that the message came from

  // Where the answer goes to a message that the relay sent from port `from`; 0: it did not say.
  [[nodiscard]] std::uint16_t answer_port(std::uint16_t from) const;
};

// `option` is the value of option 82; empty: it was not sent. Malformed if a sub-option that is
// read here has another length than its RFC gives it, or names no machine's address.
wire::Parsed<RelayInformation> parse_relay_information(base::Bytes option);

}  // namespace stentor::dhcp
