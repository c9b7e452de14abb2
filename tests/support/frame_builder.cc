// SPDX-License-Identifier: BSD-3-Clause
#include "support/frame_builder.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace stentor::support {

namespace {

constexpr std::size_t kFrameBytesMin = 60;

[[noreturn]] void refuse(std::string_view text, const char* what) {
  std::fprintf(stderr, "frame_builder: \"%.*s\" is no %s.\n", static_cast<int>(text.size()),
               text.data(), what);
  std::abort();
}

// `count` numbers of base `base` with `separator` between them.
ByteVector numbers(std::string_view text, std::size_t count, int base, char separator,
                   const char* what) {
  ByteVector bytes;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0 && (at == end || *at++ != separator)) refuse(text, what);
    std::uint8_t value = 0;
    const auto [next, error] = std::from_chars(at, end, value, base);
    if (error != std::errc{}) refuse(text, what);
    bytes.push_back(value);
    at = next;
  }
  if (at != end) refuse(text, what);
  return bytes;
}

void put_u16(ByteVector& bytes, std::size_t offset, std::uint16_t value) {
  bytes.at(offset) = static_cast<std::uint8_t>(value >> 8);
  bytes.at(offset + 1) = static_cast<std::uint8_t>(value & 0xff);
}

std::uint16_t complement(std::uint16_t value) { return static_cast<std::uint16_t>(~value); }

// RFC 768: the header that is summed and not sent.
ByteVector pseudo_header(const Ipv4Spec& ip, std::size_t udp_bytes) {
  ByteVector bytes;
  append(bytes, address_bytes(ip.source));
  append(bytes, address_bytes(ip.destination));
  append_u8(bytes, 0);
  append_u8(bytes, kProtocolUdp);
  append_u16(bytes, static_cast<std::uint16_t>(udp_bytes));
  return bytes;
}

}  // namespace

ByteVector mac_bytes(std::string_view text) { return numbers(text, 6, 16, ':', "MAC address"); }

ByteVector address_bytes(std::string_view text) {
  return numbers(text, 4, 10, '.', "IPv4 address");
}

void append(ByteVector& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

void append_u8(ByteVector& to, std::uint8_t value) { to.push_back(value); }

void append_u16(ByteVector& to, std::uint16_t value) {
  append_u8(to, static_cast<std::uint8_t>(value >> 8));
  append_u8(to, static_cast<std::uint8_t>(value & 0xff));
}

void append_u32(ByteVector& to, std::uint32_t value) {
  append_u16(to, static_cast<std::uint16_t>(value >> 16));
  append_u16(to, static_cast<std::uint16_t>(value & 0xffff));
}

ByteVector patterned(std::size_t count) {
  ByteVector bytes;
  std::uint32_t state = 1;
  while (bytes.size() < count) {
    state = state * 1664525 + 1013904223;
    append_u8(bytes, static_cast<std::uint8_t>(state >> 24));
  }
  return bytes;
}

std::uint16_t obvious_sum(ByteView bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const std::uint32_t low = i + 1 < bytes.size() ? bytes[i + 1] : 0;
    sum += static_cast<std::uint32_t>(bytes[i]) << 8 | low;
    if (sum > 0xffff) sum -= 0xffff;
  }
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t partial_udp_checksum(const Ipv4Spec& ip, std::size_t udp_bytes) {
  return obvious_sum(pseudo_header(ip, udp_bytes));
}

ByteVector ethernet_frame(const EthernetSpec& spec, std::uint16_t ethertype, ByteView payload) {
  ByteVector frame = mac_bytes(spec.destination);
  append(frame, mac_bytes(spec.source));
  for (const TagSpec& tag : spec.tags) {
    append_u16(frame, tag.tpid);
    append_u16(frame, static_cast<std::uint16_t>(tag.priority << 13 | tag.id));
  }
  append_u16(frame, ethertype);
  append(frame, payload);
  if (spec.pad && frame.size() < kFrameBytesMin) frame.resize(kFrameBytesMin);
  return frame;
}

ByteVector ipv4_datagram(const Ipv4Spec& spec, ByteView payload) {
  const std::size_t header_bytes = 20 + spec.options.size();
  const auto words = spec.header_words.value_or(static_cast<std::uint8_t>(header_bytes / 4));
  ByteVector datagram;
  append_u8(datagram, static_cast<std::uint8_t>(spec.version << 4 | words));
  append_u8(datagram, 0);
  append_u16(datagram,
             spec.total_length.value_or(static_cast<std::uint16_t>(header_bytes + payload.size())));
  append_u16(datagram, spec.identification);
  append_u16(datagram, spec.flags_and_offset);
  append_u8(datagram, spec.ttl);
  append_u8(datagram, spec.protocol);
  append_u16(datagram, 0);
  append(datagram, address_bytes(spec.source));
  append(datagram, address_bytes(spec.destination));
  append(datagram, spec.options);
  put_u16(datagram, 10, spec.checksum.value_or(complement(obvious_sum(datagram))));
  append(datagram, payload);
  return datagram;
}

ByteVector udp_datagram(const UdpSpec& spec, const Ipv4Spec& ip, ByteView payload) {
  const std::size_t udp_bytes = 8 + payload.size();
  ByteVector datagram;
  append_u16(datagram, spec.source_port);
  append_u16(datagram, spec.destination_port);
  append_u16(datagram, spec.length.value_or(static_cast<std::uint16_t>(udp_bytes)));
  append_u16(datagram, 0);
  append(datagram, payload);
  ByteVector summed = pseudo_header(ip, udp_bytes);
  append(summed, datagram);
  const std::uint16_t sum = complement(obvious_sum(summed));
  put_u16(datagram, 6, spec.checksum.value_or(sum == 0 ? 0xffff : sum));
  return datagram;
}

ByteVector arp_message(const ArpSpec& spec) {
  ByteVector message;
  append_u16(message, spec.hardware_type);
  append_u16(message, spec.protocol_type);
  append_u8(message, spec.hardware_bytes);
  append_u8(message, spec.protocol_bytes);
  append_u16(message, spec.operation);
  append(message, mac_bytes(spec.sender_mac));
  append(message, address_bytes(spec.sender));
  append(message, mac_bytes(spec.target_mac));
  append(message, address_bytes(spec.target));
  return message;
}

ByteVector icmp_message(const IcmpSpec& spec, ByteView data) {
  ByteVector message;
  append_u8(message, spec.type);
  append_u8(message, spec.code);
  append_u16(message, 0);
  append_u16(message, spec.identifier);
  append_u16(message, spec.sequence);
  append(message, data);
  put_u16(message, 2, spec.checksum.value_or(complement(obvious_sum(message))));
  return message;
}

ByteVector udp_frame(const EthernetSpec& ethernet, const Ipv4Spec& ip, const UdpSpec& udp,
                     ByteView payload) {
  return ethernet_frame(ethernet, kEtherTypeIpv4,
                        ipv4_datagram(ip, udp_datagram(udp, ip, payload)));
}

ByteVector arp_frame(const EthernetSpec& ethernet, const ArpSpec& arp) {
  return ethernet_frame(ethernet, kEtherTypeArp, arp_message(arp));
}

ByteVector icmp_frame(const EthernetSpec& ethernet, Ipv4Spec ip, const IcmpSpec& icmp,
                      ByteView data) {
  ip.protocol = kProtocolIcmp;
  return ethernet_frame(ethernet, kEtherTypeIpv4, ipv4_datagram(ip, icmp_message(icmp, data)));
}

}  // namespace stentor::support
