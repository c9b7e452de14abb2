// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a client reads from a server's message: RFC 2131 section 2, RFC 2132, overload included.
// Independent of lib/dhcp, so that it checks what that writes. Views lie in the datagram.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "wire/address.h"

namespace stentor::client {

// RFC 2132 section 9.6.
enum class DhcpType : std::uint8_t {
  none = 0,  // a BOOTP reply
  discover = 1,
  offer = 2,
  request = 3,
  decline = 4,
  ack = 5,
  nak = 6,
  release = 7,
};

struct DhcpReply {
  DhcpType type = DhcpType::none;
  std::uint32_t xid = 0;
  wire::MacAddress client;
  wire::Ipv4Address address;      // yiaddr
  wire::Ipv4Address next_server;  // siaddr
  wire::Ipv4Address relay;        // giaddr
  wire::Ipv4Address server;       // option 54
  wire::Ipv4Address mask;         // option 1
  wire::Ipv4Address router;       // option 3, the first
  std::uint32_t lease_seconds = 0;
  std::uint32_t renew_seconds = 0;   // option 58
  std::uint32_t rebind_seconds = 0;  // option 59
  std::string_view tftp_server;      // option 66: a name, or an address in text
  std::string_view file_name;        // option 67, else `file`; without its NUL
  std::string_view vendor_class;     // option 60
};

// nullopt: not a well-formed BOOTREPLY with the DHCP cookie.
std::optional<DhcpReply> parse_dhcp_reply(base::Bytes datagram);

}  // namespace stentor::client
