// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "wire/checksum.h"
#include "wire/frame.h"
#include "wire/header_read.h"
#include "wire/header_write.h"

namespace stentor::wire {

namespace {

constexpr std::uint16_t kAllOnes = 0xffff;  // what a run with a right checksum in it sums to

Ipv4Address address_at(base::Bytes bytes, std::size_t offset) {
  return Ipv4Address{base::load_big_endian<std::uint32_t>(bytes.data() + offset)};
}

MacAddress mac_at(base::Bytes bytes, std::size_t offset) {
  MacAddress mac;
  std::copy_n(bytes.data() + offset, mac.bytes.size(), mac.bytes.data());
  return mac;
}

// IEEE 802.1Q, 802.1ad, and what switches used for outer tags before 802.1ad.
bool is_tag(std::uint16_t type) { return type == 0x8100 || type == 0x88a8 || type == 0x9100; }

// The parsers of each layer fill the frame in place: a Frame that went up through their results
// would be copied at every layer.

Parsed<void> parse_arp(Frame& out, base::Bytes arp) {
  constexpr std::uint16_t kEthernet = 1;
  constexpr std::uint16_t kLengths = 0x0604;  // six bytes of hardware address, four of protocol
  if (arp.size() < kArpBytes || word_at(arp, 0) != kEthernet || word_at(arp, 2) != kEtherTypeIpv4 ||
      word_at(arp, 4) != kLengths) {
    return drop(DropReason::arp_malformed);
  }
  out.content = ArpMessage{.operation = word_at(arp, 6),
                           .sender_mac = mac_at(arp, 8),
                           .sender = address_at(arp, 14),
                           .target_mac = mac_at(arp, 18),
                           .target = address_at(arp, 24)};
  return {};
}

Parsed<void> parse_icmp(Frame& out, Ipv4Address source, Ipv4Address destination,
                        base::Bytes message) {
  constexpr std::size_t kHeaderBytes = 8;
  constexpr std::uint16_t kEchoRequest = 0x0800;  // type 8, code 0
  constexpr std::uint16_t kEchoReply = 0x0000;
  if (message.size() < kHeaderBytes || folded(sum_of(message)) != kAllOnes) {
    return drop(DropReason::icmp_malformed);
  }
  const std::uint16_t kind = word_at(message, 0);
  if (kind != kEchoRequest && kind != kEchoReply) return drop(DropReason::icmp_unsupported);
  out.content = IcmpEcho{source, destination, message, kind == kEchoReply};
  return {};
}

bool udp_checksum_right(Ipv4Address source, Ipv4Address destination, base::Bytes datagram,
                        ReceiveChecksums device) {
  const std::uint16_t field = word_at(datagram, 6);
  if (device.udp_good || field == 0) return true;  // RFC 768: 0 means that none was made
  const Sum pseudo =
      pseudo_header_sum(source, destination, static_cast<std::uint16_t>(datagram.size()));
  if (device.udp_partial_accepted && field == folded(pseudo)) return true;
  return folded(pseudo + sum_of(datagram)) == kAllOnes;
}

Parsed<void> parse_udp(Frame& out, Ipv4Address source, Ipv4Address destination,
                       base::Bytes datagram, ReceiveChecksums device) {
  if (datagram.size() < kUdpHeaderBytes) return drop(DropReason::udp_truncated);
  const std::uint16_t length = word_at(datagram, 4);
  if (length < kUdpHeaderBytes || length > datagram.size()) {
    return drop(DropReason::udp_truncated);
  }
  datagram = datagram.first(length);
  if (!udp_checksum_right(source, destination, datagram, device)) {
    return drop(DropReason::udp_checksum_wrong);
  }
  out.content = UdpDatagram{source, destination, word_at(datagram, 0), word_at(datagram, 2),
                            datagram.subspan(kUdpHeaderBytes)};
  return {};
}

// The bytes of the header and of the datagram, without what Ethernet padded; or what is wrong.
struct Ipv4Extent {
  std::size_t header_bytes;
  std::size_t total_bytes;
};

Parsed<Ipv4Extent> measure_ipv4(base::Bytes datagram) {
  if (datagram.size() < kIpv4HeaderBytes) return drop(DropReason::ipv4_truncated);
  const std::size_t header_bytes = std::size_t{byte_at(datagram, 0) & 0x0fu} * 4;
  if (byte_at(datagram, 0) >> 4 != 4 || header_bytes < kIpv4HeaderBytes) {
    return drop(DropReason::ipv4_header_invalid);
  }
  const std::size_t total_bytes = word_at(datagram, 2);
  if (total_bytes < header_bytes || total_bytes > datagram.size()) {
    return drop(DropReason::ipv4_truncated);
  }
  return Ipv4Extent{header_bytes, total_bytes};
}

// Almost every header has no options, and then is 20 bytes: not worth a loop.
bool ipv4_checksum_right(base::Bytes header) {
  if (header.size() != kIpv4HeaderBytes) return folded(sum_of(header)) == kAllOnes;
  Sum sum = 0;
  for (std::size_t at = 0; at < kIpv4HeaderBytes; at += 4) {
    sum += base::load_big_endian<std::uint32_t>(header.data() + at);
  }
  return folded(sum) == kAllOnes;
}

Parsed<void> parse_ipv4(Frame& out, base::Bytes datagram, ReceiveChecksums device) {
  constexpr std::uint16_t kMoreFragmentsOrOffset = 0x3fff;
  const auto extent = measure_ipv4(datagram);
  if (!extent) return drop(extent.error());
  if (!device.ipv4_good && !ipv4_checksum_right(datagram.first(extent->header_bytes))) {
    return drop(DropReason::ipv4_checksum_wrong);
  }
  if ((word_at(datagram, 6) & kMoreFragmentsOrOffset) != 0) {
    return drop(DropReason::ipv4_fragment);
  }
  const Ipv4Address source = address_at(datagram, 12);
  // 0.0.0.0 is how a client without an address sends (RFC 2131 section 4.1).
  if (!source.is_zero() && !source.is_unicast()) return drop(DropReason::ipv4_source_invalid);
  const Ipv4Address destination = address_at(datagram, 16);
  const base::Bytes payload =
      datagram.subspan(extent->header_bytes, extent->total_bytes - extent->header_bytes);
  switch (byte_at(datagram, 9)) {
    case kProtocolUdp:
      return parse_udp(out, source, destination, payload, device);
    case kProtocolIcmp:
      return parse_icmp(out, source, destination, payload);
    default:
      return drop(DropReason::ipv4_protocol_unsupported);
  }
}

// Seldom: kept out of the way of the others.
[[gnu::noinline]] Parsed<void> parse_other(Frame& out, base::Bytes frame) {
  const std::size_t header_bytes = out.link.bytes();
  if (word_at(frame, header_bytes - 2) != kEtherTypeIpv6) {
    return drop(DropReason::ethertype_unsupported);
  }
  const auto message = parse_router_message(frame.subspan(header_bytes));
  if (!message) return drop(message.error());
  out.content = *message;
  return {};
}

Parsed<void> parse_ethernet(Frame& out, base::Bytes frame, ReceiveChecksums device) {
  if (frame.size() < kEthernetHeaderBytes) return drop(DropReason::ethernet_truncated);
  Link& link = out.link;
  link.destination = mac_at(frame, 0);
  link.source = mac_at(frame, 6);
  if (link.source.is_zero() || link.source.is_group()) {
    return drop(DropReason::ethernet_source_invalid);
  }
  std::uint16_t type = word_at(frame, 12);
  base::Bytes rest = frame.subspan(kEthernetHeaderBytes);
  for (; is_tag(type); rest = rest.subspan(kVlanTagBytes)) {
    if (link.tag_count == kVlanTagsMax) return drop(DropReason::vlan_too_deep);
    if (rest.size() < kVlanTagBytes) return drop(DropReason::ethernet_truncated);
    link.tags[link.tag_count++] = {type, word_at(rest, 0)};
    type = word_at(rest, 2);
  }
  switch (type) {
    case kEtherTypeIpv4:
      return parse_ipv4(out, rest, device);
    case kEtherTypeArp:
      return parse_arp(out, rest);
    default:
      return parse_other(out, frame);
  }
}

}  // namespace

VlanPath Link::vlan() const {
  VlanPath path;
  for (std::size_t i = 0; i < tag_count; ++i) {
    (path.outer == 0 ? path.outer : path.inner) = tags[i].id();
  }
  return path;
}

Link Link::reply(const MacAddress& our_mac) const { return {source, our_mac, tags, tag_count}; }

std::optional<Glimpse> glance_at(base::Bytes frame) {
  constexpr std::size_t kHeaders = kEthernetHeaderBytes + kIpv4HeaderBytes + kUdpHeaderBytes;
  if (frame.size() < kHeaders + kVlanTagBytes) return std::nullopt;
  Glimpse seen;
  std::size_t ipv4 = kEthernetHeaderBytes;
  if (word_at(frame, 12) == 0x8100) {
    seen.vlan.outer = word_at(frame, ipv4) & 0x0fff;
    ipv4 += kVlanTagBytes;
  }
  // Version 4 and no options; UDP.
  if (byte_at(frame, ipv4) != 0x45 || byte_at(frame, ipv4 + 9) != kProtocolUdp) return std::nullopt;
  const std::size_t udp = ipv4 + kIpv4HeaderBytes;
  seen.source = address_at(frame, ipv4 + 12);
  seen.source_port = word_at(frame, udp);
  seen.destination_port = word_at(frame, udp + 2);
  seen.payload = frame.subspan(udp + kUdpHeaderBytes);
  return seen;
}

Parsed<Frame> parse_frame(base::Bytes frame, ReceiveChecksums device) {
  Parsed<Frame> result;
  if (const auto done = parse_ethernet(*result, frame, device); !done) result = drop(done.error());
  return result;
}

}  // namespace stentor::wire
