// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Router solicitations and advertisements for tests (RFC 4861), built without a line of lib/. The
// defaults make the solicitation of the client of frame_builder.h, as iPXE and most hosts send it:
// name only what the test is about.

#include "support/frame_builder.h"

namespace stentor::support {

inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
inline constexpr std::string_view kAllNodesMac = "33:33:00:00:00:01";
inline constexpr std::string_view kAllRoutersMac = "33:33:00:00:00:02";
// fe80::/64 and the MAC addresses of frame_builder.h.
inline constexpr std::string_view kClientLinkLocal = "fe80::5054:ff:fe12:3456";
inline constexpr std::string_view kServerLinkLocal = "fe80::ff:fe00:1";

// "1:1:MAC": which MAC address the sender has (RFC 4861 section 4.6.1).
ByteVector source_mac_option(std::string_view mac = kClientMac);

struct RouterSpec {
  std::uint8_t type = 133;  // 134: an advertisement
  std::uint8_t code = 0;
  std::uint16_t lifetime_seconds = 0;  // of an advertisement
  std::string_view source = kClientLinkLocal;
  std::string_view destination = "ff02::2";
  ByteVector options = source_mac_option();
  std::uint8_t hop_limit = 255;
  std::uint8_t next_header = 58;
  std::uint8_t version = 6;
  std::optional<std::size_t> message_bytes{};  // of the ICMPv6 message, which is cut there
  std::optional<std::uint16_t> payload_length{};
  std::optional<std::uint16_t> checksum{};
};

// From the router fe80::aa to all nodes, without options.
RouterSpec advertisement(std::uint16_t lifetime_seconds);

// The IPv6 packet.
ByteVector router_packet(const RouterSpec& spec);
ByteVector router_frame(const EthernetSpec& ethernet, const RouterSpec& spec);

}  // namespace stentor::support
