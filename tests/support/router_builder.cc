// SPDX-License-Identifier: BSD-3-Clause
#include "support/router_builder.h"

#include <arpa/inet.h>
#include <cstdlib>

namespace stentor::support {

namespace {

ByteVector ipv6_bytes(std::string_view text) {
  ByteVector bytes(16);
  if (inet_pton(AF_INET6, std::string(text).c_str(), bytes.data()) != 1) std::abort();
  return bytes;
}

// RFC 4861 sections 4.1 and 4.2, the checksum 0.
ByteVector unsummed_message(const RouterSpec& spec) {
  ByteVector message;
  append_u8(message, spec.type);
  append_u8(message, spec.code);
  append_u16(message, 0);
  append_u16(message, 0);  // of an advertisement: current hop limit, flags
  append_u16(message, spec.lifetime_seconds);
  if (spec.type == 134) {
    append_u32(message, 0);  // reachable time
    append_u32(message, 0);  // retransmission timer
  }
  append(message, spec.options);
  message.resize(spec.message_bytes.value_or(message.size()));
  return message;
}

// RFC 8200 section 8.1.
std::uint16_t checksum_of(const RouterSpec& spec, const ByteVector& message) {
  ByteVector summed = ipv6_bytes(spec.source);
  append(summed, ipv6_bytes(spec.destination));
  append_u32(summed, static_cast<std::uint32_t>(message.size()));
  append_u32(summed, 58);
  append(summed, message);
  return static_cast<std::uint16_t>(~obvious_sum(summed));
}

}  // namespace

ByteVector source_mac_option(std::string_view mac) {
  ByteVector option{1, 1};
  append(option, mac_bytes(mac));
  return option;
}

RouterSpec advertisement(std::uint16_t lifetime_seconds) {
  return {.type = 134,
          .lifetime_seconds = lifetime_seconds,
          .source = "fe80::aa",
          .destination = "ff02::1",
          .options = {}};
}

ByteVector router_packet(const RouterSpec& spec) {
  ByteVector message = unsummed_message(spec);
  const std::uint16_t sum = spec.checksum.value_or(checksum_of(spec, message));
  message[2] = static_cast<std::uint8_t>(sum >> 8);
  message[3] = static_cast<std::uint8_t>(sum & 0xff);
  ByteVector packet;
  append_u32(packet, std::uint32_t{spec.version} << 28);
  append_u16(packet, spec.payload_length.value_or(static_cast<std::uint16_t>(message.size())));
  append_u8(packet, spec.next_header);
  append_u8(packet, spec.hop_limit);
  append(packet, ipv6_bytes(spec.source));
  append(packet, ipv6_bytes(spec.destination));
  append(packet, message);
  return packet;
}

ByteVector router_frame(const EthernetSpec& ethernet, const RouterSpec& spec) {
  return ethernet_frame(ethernet, kEtherTypeIpv6, router_packet(spec));
}

}  // namespace stentor::support
