// SPDX-License-Identifier: BSD-3-Clause
#include "sim/datagram.h"

#include <array>

namespace stentor::sim {

namespace {

constexpr std::size_t kEthernetBytes = 14;
constexpr std::size_t kIpv4Bytes = 20;
constexpr std::size_t kUdpBytes = 8;

std::uint16_t u16_at(ByteView bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(bytes[offset] << 8 | bytes[offset + 1]);
}

std::uint32_t u32_at(ByteView bytes, std::size_t offset) {
  return std::uint32_t{u16_at(bytes, offset)} << 16 | u16_at(bytes, offset + 2);
}

// RFC 768: over addresses, protocol, length and the datagram itself, the sum is all ones.
bool udp_checksum_is_right(ByteView ipv4, ByteView udp) {
  ByteVector summed(ipv4.begin() + 12, ipv4.begin() + 20);
  support::append_u16(summed, support::kProtocolUdp);
  support::append_u16(summed, static_cast<std::uint16_t>(udp.size()));
  support::append(summed, udp);
  return u16_at(udp, 6) != 0 && support::obvious_sum(summed) == 0xffff;
}

}  // namespace

std::optional<ServerFrame> read_server_frame(ByteView frame) {
  if (frame.size() < 60 || u16_at(frame, 12) != support::kEtherTypeIpv4) return std::nullopt;
  const ByteView ipv4 = frame.subspan(kEthernetBytes);
  const std::size_t total = u16_at(ipv4, 2);
  const bool is_plain_udp = ipv4[0] == 0x45 && ipv4[9] == support::kProtocolUdp;
  if (!is_plain_udp || total < kIpv4Bytes + kUdpBytes || total > ipv4.size()) return std::nullopt;
  if (support::obvious_sum(ipv4.first(kIpv4Bytes)) != 0xffff) return std::nullopt;
  const ByteView udp = ipv4.subspan(kIpv4Bytes, total - kIpv4Bytes);
  if (u16_at(udp, 4) != udp.size() || !udp_checksum_is_right(ipv4, udp)) return std::nullopt;
  const ByteView payload = udp.subspan(kUdpBytes);
  return ServerFrame{mac_text(frame.first(6)),
                     {.source = u32_at(ipv4, 12),
                      .destination = u32_at(ipv4, 16),
                      .source_port = u16_at(udp, 0),
                      .destination_port = u16_at(udp, 2),
                      .payload = {payload.begin(), payload.end()}}};
}

ByteVector frame_of(const Datagram& datagram, std::string_view source_mac,
                    std::string_view destination_mac) {
  const std::string source = support::address_text(datagram.source);
  const std::string destination = support::address_text(datagram.destination);
  return support::udp_frame({.destination = destination_mac, .source = source_mac},
                            {.source = source, .destination = destination},
                            {datagram.source_port, datagram.destination_port}, datagram.payload);
}

std::string mac_text(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    if (!text.empty()) text += ':';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace stentor::sim
