// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One received Ethernet frame as a typed view, and the headers of the frames that answer it.
//
// parse_frame() checks every length and every checksum that the device has not vouched for, and
// copies nothing but the headers' fields: payload spans point into the frame, and live as long as
// it. It does not know which addresses are ours: dispatch decides that.
//
// Ethernet II, IEEE 802.1Q/802.1ad (TPIDs 0x8100, 0x88a8, 0x9100), RFC 826, 791, 792, 768; of IPv6
// router_message.h.

#include <array>
#include <cstdint>
#include <optional>
#include <variant>

#include "base/bytes.h"
#include "wire/address.h"
#include "wire/drop_reason.h"
#include "wire/router_message.h"

namespace stentor::wire {

inline constexpr std::size_t kEthernetHeaderBytes = 14;
inline constexpr std::size_t kVlanTagBytes = 4;
inline constexpr std::size_t kVlanTagsMax = 2;
inline constexpr std::size_t kIpv4HeaderBytes = 20;
inline constexpr std::size_t kUdpHeaderBytes = 8;
inline constexpr std::size_t kArpBytes = 28;
// Headers of the longest UDP frame that Stentor writes: two tags, no IPv4 options.
inline constexpr std::size_t kUdpFrameHeaderBytesMax =
    kEthernetHeaderBytes + kVlanTagsMax * kVlanTagBytes + kIpv4HeaderBytes + kUdpHeaderBytes;
// Frames shorter than this are padded with zeros (IEEE 802.3, without the frame check sequence).
inline constexpr std::size_t kFrameBytesMin = 60;

struct VlanTag {
  std::uint16_t tpid = 0;
  std::uint16_t tci = 0;  // priority, drop eligible, identifier

  [[nodiscard]] std::uint16_t id() const { return tci & 0x0fff; }
  friend bool operator==(const VlanTag&, const VlanTag&) = default;
};

// The identifiers of a frame's tags, outermost first; 0 where there is none. A priority tag
// (identifier 0) is the same as no tag.
struct VlanPath {
  std::uint16_t outer = 0;
  std::uint16_t inner = 0;
  friend auto operator<=>(const VlanPath&, const VlanPath&) = default;
};

struct Link {
  MacAddress destination;
  MacAddress source;
  std::array<VlanTag, kVlanTagsMax> tags{};  // outermost first
  std::uint8_t tag_count = 0;

  [[nodiscard]] VlanPath vlan() const;
  // The way back: to the sender, from `our_mac`, with the same tags.
  [[nodiscard]] Link reply(const MacAddress& our_mac) const;
  [[nodiscard]] std::size_t bytes() const {
    return kEthernetHeaderBytes + tag_count * kVlanTagBytes;
  }
  friend bool operator==(const Link&, const Link&) = default;
};

struct ArpMessage {
  static constexpr std::uint16_t kRequest = 1;
  static constexpr std::uint16_t kReply = 2;

  std::uint16_t operation = 0;
  MacAddress sender_mac;
  Ipv4Address sender;
  MacAddress target_mac;
  Ipv4Address target;
};

struct IcmpEcho {
  Ipv4Address source;
  Ipv4Address destination;
  base::Bytes message;    // the whole ICMP message, type to data; checksum verified
  bool is_reply = false;  // type 0; else a request, type 8. The code is 0
};

struct UdpDatagram {
  Ipv4Address source;
  Ipv4Address destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  base::Bytes payload;
};

struct Frame {
  Link link;
  std::variant<ArpMessage, IcmpEcho, UdpDatagram, RouterMessage> content;
};

// What the device has already said about a received frame's checksums.
struct ReceiveChecksums {
  bool ipv4_good = false;
  bool udp_good = false;
  // A local sender may leave the sum of the pseudo-header alone in the field for its NIC to
  // complete (frames that never left a host: veth, TAP). Accepted only where the device says so.
  bool udp_partial_accepted = false;
};

Parsed<Frame> parse_frame(base::Bytes frame, ReceiveChecksums device);

// Whose a frame's UDP datagram seems to be, by a glance that checks next to nothing: whom to fetch
// into the cache before parse_frame() has its turn. nullopt: no UDP, or an unusual frame.
struct Glimpse {
  Ipv4Address source;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  VlanPath vlan;        // of a single tag
  base::Bytes payload;  // to the frame's end
};
std::optional<Glimpse> glance_at(base::Bytes frame);

struct UdpFlow {
  Ipv4Address source;
  Ipv4Address destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  friend bool operator==(const UdpFlow&, const UdpFlow&) = default;
};

// Each writes a whole frame, padded to kFrameBytesMin, and returns its length; 0 if `out` is too
// short or IPv4's total length would pass 65535. `link` is already the way back (Link::reply). The
// request of write_echo_reply() must not lie in `out`.
std::size_t write_arp(base::MutableBytes out, const Link& link, const ArpMessage& message);
std::size_t write_echo_reply(base::MutableBytes out, const Link& link, const IcmpEcho& request);

// An echo request without data.
struct EchoRequest {
  Ipv4Address source;
  Ipv4Address destination;
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
};
std::size_t write_echo_request(base::MutableBytes out, const Link& link, const EchoRequest& echo);

// An advertisement of no router, no prefix and no DHCPv6 (RFC 4861 section 4.2: every field is
// "unspecified", router lifetime 0), from the link-local address that follows from link.source to
// `destination`.
std::size_t write_empty_router_advertisement(base::MutableBytes out, const Link& link,
                                             const Ipv6Address& destination);

// Writes Ethernet to UDP headers in front of a payload of `payload_bytes` that already stands in
// `out` behind them (at udp_payload_offset(link)); pads; returns the frame's length, 0 if it does
// not fit. `don't fragment` is set, the identification is 0 (RFC 6864).
std::size_t write_udp_frame(base::MutableBytes out, const Link& link, const UdpFlow& flow,
                            std::size_t payload_bytes);

inline std::size_t udp_payload_offset(const Link& link) {
  return link.bytes() + kIpv4HeaderBytes + kUdpHeaderBytes;
}

}  // namespace stentor::wire
