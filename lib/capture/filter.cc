// SPDX-License-Identifier: BSD-3-Clause
#include "capture/filter.h"

#include <algorithm>
#include <array>

#include "base/big_endian.h"

namespace stentor::capture {

namespace {

constexpr std::size_t kMacBytes = 6;
constexpr std::uint16_t kEtherTypeIpv4 = 0x0800, kEtherTypeArp = 0x0806;
constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::size_t kIpv4HeaderMin = 20, kUdpHeader = 8;
constexpr std::size_t kTagsMax = 2;
// Of a DHCP message (RFC 2131 section 2).
constexpr std::array<std::uint16_t, 3> kDhcpPorts{67, 68, 4011};
constexpr std::size_t kCiaddrAt = 12, kYiaddrAt = 16, kChaddrAt = 28, kOptionsAt = 240;
constexpr std::uint8_t kPad = 0, kRequestedAddress = 50, kEnd = 255;  // RFC 2132

std::optional<std::uint16_t> number_at(base::Bytes bytes, std::size_t at) {
  if (at + 2 > bytes.size()) return std::nullopt;
  return base::load_big_endian<std::uint16_t>(bytes.data() + at);
}

bool has_at(base::Bytes bytes, std::size_t at, const wire::MacAddress& mac) {
  return at + kMacBytes <= bytes.size() &&
         std::equal(mac.bytes.begin(), mac.bytes.end(), bytes.data() + at);
}

bool has_at(base::Bytes bytes, std::size_t at, wire::Ipv4Address address) {
  return at + 4 <= bytes.size() &&
         base::load_big_endian<std::uint32_t>(bytes.data() + at) == address.host();
}

// Where things are in a frame; empty: it has none.
struct Layout {
  base::Bytes arp{};
  base::Bytes ipv4{};
  base::Bytes udp{};
  base::Bytes dhcp{};
};

bool is_udp(base::Bytes ipv4) {
  // A fragment but the first has no ports (RFC 791 section 3.1).
  return ipv4.size() >= kIpv4HeaderMin && ipv4[0] >> 4 == 4 && ipv4[9] == kProtocolUdp &&
         (*number_at(ipv4, 6) & 0x1fff) == 0;
}

Layout layout_of(base::Bytes frame) {
  std::size_t at = 2 * kMacBytes;
  auto type = number_at(frame, at);
  for (std::size_t tags = 0; tags < kTagsMax && (type == 0x8100 || type == 0x88a8); ++tags) {
    type = number_at(frame, at += 4);
  }
  if (!type) return {};
  const base::Bytes content = frame.subspan(at + 2);
  if (type == kEtherTypeArp) return {.arp = content};
  if (type != kEtherTypeIpv4) return {};
  Layout layout{.ipv4 = content};
  if (!is_udp(content)) return layout;
  const std::size_t header = std::size_t{content[0] & 0xfu} * 4;
  if (header < kIpv4HeaderMin || header + kUdpHeader > content.size()) return layout;
  layout.udp = content.subspan(header);
  const auto is_dhcp = [&](std::size_t port_at) {
    return std::ranges::find(kDhcpPorts, *number_at(layout.udp, port_at)) != kDhcpPorts.end();
  };
  if (is_dhcp(0) || is_dhcp(2)) layout.dhcp = layout.udp.subspan(kUdpHeader);
  return layout;
}

bool is_of(const wire::MacAddress& mac, base::Bytes frame, const Layout& layout) {
  return has_at(frame, 0, mac) || has_at(frame, kMacBytes, mac) ||
         has_at(layout.dhcp, kChaddrAt, mac);
}

// The address that a client asks for while it has none.
bool requests(base::Bytes dhcp, wire::Ipv4Address address) {
  for (std::size_t at = kOptionsAt; at + 1 < dhcp.size() && dhcp[at] != kEnd;) {
    if (dhcp[at] == kPad) {
      ++at;
      continue;
    }
    const std::size_t length = dhcp[at + 1];
    if (dhcp[at] == kRequestedAddress) return length == 4 && has_at(dhcp, at + 2, address);
    at += 2 + length;
  }
  return false;
}

bool is_of(wire::Ipv4Address address, const Layout& layout) {
  return has_at(layout.ipv4, 12, address) || has_at(layout.ipv4, 16, address) ||
         has_at(layout.arp, 14, address) || has_at(layout.arp, 24, address) ||
         has_at(layout.dhcp, kCiaddrAt, address) || has_at(layout.dhcp, kYiaddrAt, address) ||
         requests(layout.dhcp, address);
}

}  // namespace

bool matches(const Filter& filter, base::Bytes head) {
  const Layout layout = layout_of(head);
  if (filter.mac && !is_of(*filter.mac, head, layout)) return false;
  if (filter.address && !is_of(*filter.address, layout)) return false;
  return !filter.port || number_at(layout.udp, 0) == filter.port ||
         number_at(layout.udp, 2) == filter.port;
}

}  // namespace stentor::capture
