// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames for tests, built without a line of lib/, so that no test checks the product with itself.
//
// Every header is a struct with defaults that make a right frame: name only what the test is about.
// Every field that is normally computed (a length, a checksum) can be forced to a wrong value.
// Headers nest by calls: ethernet_frame(eth, kIpv4, ipv4_datagram(ip, udp_datagram(udp, ip,
// data))), or shorter udp_frame(eth, ip, udp, data).
//
// Addresses are text; one that does not parse ends the test program.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::support {

using ByteVector = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;

inline constexpr std::string_view kBroadcastMac = "ff:ff:ff:ff:ff:ff";
inline constexpr std::string_view kClientMac = "52:54:00:12:34:56";
inline constexpr std::string_view kServerMac = "02:00:00:00:00:01";
inline constexpr std::string_view kClientAddress = "10.20.16.5";
inline constexpr std::string_view kServerAddress = "10.20.0.2";

struct TagSpec {
  std::uint16_t id = 0;
  std::uint16_t tpid = 0x8100;
  std::uint8_t priority = 0;
};

struct EthernetSpec {
  std::string_view destination = kServerMac;
  std::string_view source = kClientMac;
  std::vector<TagSpec> tags{};  // outermost first
  bool pad = true;              // with zeros, to 60 bytes
};

struct Ipv4Spec {
  std::string_view source = kClientAddress;
  std::string_view destination = kServerAddress;
  std::uint8_t protocol = kProtocolUdp;
  std::uint8_t ttl = 64;
  std::uint16_t identification = 0;
  std::uint16_t flags_and_offset = 0x4000;  // don't fragment
  ByteVector options{};                     // a multiple of four bytes
  std::uint8_t version = 4;
  std::optional<std::uint8_t> header_words{};
  std::optional<std::uint16_t> total_length{};
  std::optional<std::uint16_t> checksum{};
};

struct UdpSpec {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::optional<std::uint16_t> length{};
  std::optional<std::uint16_t> checksum{};
};

struct ArpSpec {
  std::uint16_t operation = 1;
  std::string_view sender_mac = kClientMac;
  std::string_view sender = kClientAddress;
  std::string_view target_mac = "00:00:00:00:00:00";
  std::string_view target = kServerAddress;
  std::uint16_t hardware_type = 1;
  std::uint16_t protocol_type = kEtherTypeIpv4;
  std::uint8_t hardware_bytes = 6;
  std::uint8_t protocol_bytes = 4;
};

struct IcmpSpec {
  std::uint8_t type = 8;
  std::uint8_t code = 0;
  std::uint16_t identifier = 0x0102;
  std::uint16_t sequence = 1;
  std::optional<std::uint16_t> checksum{};
};

ByteVector ethernet_frame(const EthernetSpec& spec, std::uint16_t ethertype, ByteView payload);
ByteVector ipv4_datagram(const Ipv4Spec& spec, ByteView payload);
// The addresses of `ip` go into the checksum.
ByteVector udp_datagram(const UdpSpec& spec, const Ipv4Spec& ip, ByteView payload);
ByteVector arp_message(const ArpSpec& spec);
ByteVector icmp_message(const IcmpSpec& spec, ByteView data);

// Whole frames.
ByteVector udp_frame(const EthernetSpec& ethernet, const Ipv4Spec& ip, const UdpSpec& udp,
                     ByteView payload);
ByteVector arp_frame(const EthernetSpec& ethernet, const ArpSpec& arp);
// Sets the protocol of `ip`.
ByteVector icmp_frame(const EthernetSpec& ethernet, Ipv4Spec ip, const IcmpSpec& icmp,
                      ByteView data);

// The pieces, for the fields of messages that are carried: hardware addresses, numbers, sums.
ByteVector mac_bytes(std::string_view text);
ByteVector address_bytes(std::string_view text);
void append(ByteVector& to, ByteView bytes);
void append_u8(ByteVector& to, std::uint8_t value);
void append_u16(ByteVector& to, std::uint16_t value);
void append_u32(ByteVector& to, std::uint32_t value);
// A payload of `count` bytes that no shift, swap or repetition leaves as it was.
ByteVector patterned(std::size_t count);

// The Internet checksum in its most obvious form (RFC 1071 section 1), one word at a time:
// the folded sum, not complemented.
std::uint16_t obvious_sum(ByteView bytes);
// What a sender that leaves the UDP checksum to its device stores: the pseudo-header's sum.
std::uint16_t partial_udp_checksum(const Ipv4Spec& ip, std::size_t udp_bytes);

}  // namespace stentor::support
