// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "wire/checksum.h"
#include "wire/frame.h"
#include "wire/header_write.h"

namespace stentor::wire {

namespace {

constexpr std::uint16_t kArpEthernet = 1;
constexpr std::uint8_t kIcmpEchoReply = 0;
constexpr std::uint16_t kIcmpEchoRequest = 0x0800;  // type 8, code 0
// RFC 8200 section 3: version 6, no traffic class, no flow label.
constexpr std::uint32_t kIpv6VersionWord = 0x60000000;
// Next header and hop limit: the latter tells a neighbour that the packet is from the link.
constexpr std::uint16_t kIcmpv6NeverForwarded = kProtocolIcmpv6 << 8 | 255;

// Pads and returns the frame's length; 0 if anything did not fit.
std::size_t finished(base::Writer& out) {
  if (out.size() < kFrameBytesMin) out.fill(kFrameBytesMin - out.size(), 0);
  return out.ok() ? out.size() : 0;
}

}  // namespace

std::size_t write_arp(base::MutableBytes out, const Link& link, const ArpMessage& message) {
  base::Writer writer(out);
  write_link(writer, link, kEtherTypeArp);
  writer.write(kArpEthernet);
  writer.write(kEtherTypeIpv4);
  writer.write(static_cast<std::uint8_t>(sizeof(MacAddress)));
  writer.write(static_cast<std::uint8_t>(sizeof(Ipv4Address)));
  writer.write(message.operation);
  writer.write(base::Bytes{message.sender_mac.bytes});
  writer.write(message.sender.host());
  writer.write(base::Bytes{message.target_mac.bytes});
  writer.write(message.target.host());
  return finished(writer);
}

std::size_t write_echo_reply(base::MutableBytes out, const Link& link, const IcmpEcho& request) {
  constexpr std::size_t kFixedBytes = 4;  // type, code, checksum
  if (request.message.size() < kFixedBytes || request.message.size() > kIpv4PayloadBytesMax) {
    return 0;
  }
  const base::Bytes echoed = request.message.subspan(kFixedBytes);
  base::Writer writer(out);
  write_link(writer, link, kEtherTypeIpv4);
  write_ipv4(writer, request.destination, request.source, kProtocolIcmp, request.message.size());
  writer.write(kIcmpEchoReply);
  writer.write(std::uint8_t{0});
  // Summed anew: adjusting the request's checksum cannot tell its two zeros apart (RFC 1624
  // section 3), and type and code of a reply add nothing to the sum.
  writer.write(checksum(sum_of(echoed)));
  writer.write(echoed);
  return finished(writer);
}

std::size_t write_echo_request(base::MutableBytes out, const Link& link, const EchoRequest& echo) {
  constexpr std::size_t kMessageBytes = 8;
  base::Writer writer(out);
  write_link(writer, link, kEtherTypeIpv4);
  write_ipv4(writer, echo.source, echo.destination, kProtocolIcmp, kMessageBytes);
  writer.write(kIcmpEchoRequest);
  writer.write(checksum(Sum{kIcmpEchoRequest} + echo.identifier + echo.sequence));
  writer.write(echo.identifier);
  writer.write(echo.sequence);
  return finished(writer);
}

std::size_t write_empty_router_advertisement(base::MutableBytes out, const Link& link,
                                             const Ipv6Address& destination) {
  constexpr std::uint16_t kTypeAndCode = RouterMessage::kAdvertisement << 8;
  const Ipv6Address source = Ipv6Address::link_local(link.source);
  base::Writer writer(out);
  write_link(writer, link, kEtherTypeIpv6);
  writer.write(kIpv6VersionWord);
  writer.write(static_cast<std::uint16_t>(kRouterAdvertisementBytes));
  writer.write(kIcmpv6NeverForwarded);
  writer.write(base::Bytes{source.bytes});
  writer.write(base::Bytes{destination.bytes});
  writer.write(kTypeAndCode);
  writer.write(checksum(kTypeAndCode +
                        icmpv6_pseudo_header_sum(source, destination, kRouterAdvertisementBytes)));
  writer.fill(kRouterAdvertisementBytes - 4, 0);
  return finished(writer);
}

std::size_t write_udp_frame(base::MutableBytes out, const Link& link, const UdpFlow& flow,
                            std::size_t payload_bytes) {
  if (payload_bytes > kIpv4PayloadBytesMax - kUdpHeaderBytes) return 0;
  const std::size_t frame_bytes = udp_payload_offset(link) + payload_bytes;
  if (frame_bytes > out.size()) return 0;
  const auto udp_bytes = static_cast<std::uint16_t>(kUdpHeaderBytes + payload_bytes);
  const Sum sum = pseudo_header_sum(flow.source, flow.destination, udp_bytes) + flow.source_port +
                  flow.destination_port + udp_bytes +
                  sum_of(out.subspan(udp_payload_offset(link), payload_bytes));
  base::Writer writer(out);
  write_link(writer, link, kEtherTypeIpv4);
  write_ipv4(writer, flow.source, flow.destination, kProtocolUdp, udp_bytes);
  writer.write(flow.source_port);
  writer.write(flow.destination_port);
  writer.write(udp_bytes);
  writer.write(udp_checksum(sum));
  if (frame_bytes >= kFrameBytesMin) return frame_bytes;
  if (out.size() < kFrameBytesMin) return 0;
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(frame_bytes),
            out.begin() + static_cast<std::ptrdiff_t>(kFrameBytesMin), std::uint8_t{0});
  return kFrameBytesMin;
}

}  // namespace stentor::wire
