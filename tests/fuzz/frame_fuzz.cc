// SPDX-License-Identifier: BSD-3-Clause
// Goal: parse_frame() survives any bytes, its spans stay inside them, and what it accepts is
// written and read back as the same.
//
// Input: one byte of what the device says of checksums (bits 0 to 2), then the frame.
#include <algorithm>
#include <vector>

#include "base/check.h"
#include "wire/frame.h"

namespace stentor::wire {
namespace {

bool inside(base::Bytes part, base::Bytes whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// The frame that `link` and `udp` make, parsed, is `link` and `udp`.
void check_round_trip(const Link& link, const UdpDatagram& udp) {
  const std::size_t offset = udp_payload_offset(link);
  std::vector<std::uint8_t> out(std::max(offset + udp.payload.size(), kFrameBytesMin));
  std::copy(udp.payload.begin(), udp.payload.end(), out.data() + offset);
  const UdpFlow flow{udp.source, udp.destination, udp.source_port, udp.destination_port};
  CHECK(write_udp_frame(out, link, flow, udp.payload.size()) == out.size());
  const auto again = parse_frame(out, {});
  CHECK(again.has_value());
  CHECK(again->link == link);
  const auto& read = std::get<UdpDatagram>(again->content);
  CHECK(read.source == udp.source && read.destination == udp.destination);
  CHECK(read.source_port == udp.source_port && read.destination_port == udp.destination_port);
  CHECK(
      std::equal(read.payload.begin(), read.payload.end(), udp.payload.begin(), udp.payload.end()));
}

void check_round_trip(const Link& link, const ArpMessage& arp) {
  std::vector<std::uint8_t> out(kFrameBytesMin);
  CHECK(write_arp(out, link, arp) == out.size());
  const auto again = parse_frame(out, {});
  CHECK(again.has_value());
  const auto& read = std::get<ArpMessage>(again->content);
  CHECK(again->link == link);
  CHECK(read.operation == arp.operation);
  CHECK(read.sender_mac == arp.sender_mac && read.sender == arp.sender);
  CHECK(read.target_mac == arp.target_mac && read.target == arp.target);
}

void check_echo_reply(const Link& link, const IcmpEcho& echo) {
  const std::size_t bytes = link.bytes() + kIpv4HeaderBytes + echo.message.size();
  std::vector<std::uint8_t> out(std::max(bytes, kFrameBytesMin));
  CHECK(write_echo_reply(out, link, echo) == out.size());
  const auto again = parse_frame(out, {});
  if (!again) {
    CHECK(again.error() == DropReason::ipv4_source_invalid);
    return;
  }
  const auto& read = std::get<IcmpEcho>(again->content);
  CHECK(read.is_reply);
  CHECK(read.source == echo.destination && read.destination == echo.source);
  CHECK(read.message.size() == echo.message.size());
}

void check_advertisement(const Link& link, const RouterMessage& message) {
  CHECK(!message.source.is_multicast());
  CHECK(message.type == RouterMessage::kSolicitation || message.source.is_link_local());
  std::vector<std::uint8_t> out(link.bytes() + kIpv6HeaderBytes + kRouterAdvertisementBytes);
  CHECK(write_empty_router_advertisement(out, link, Ipv6Address::all_nodes()) == out.size());
  const auto again = parse_frame(out, {});
  CHECK(again.has_value());
  CHECK(again->link == link);
  const auto& read = std::get<RouterMessage>(again->content);
  CHECK(read.type == RouterMessage::kAdvertisement && read.lifetime_seconds == 0);
  CHECK(read.source == Ipv6Address::link_local(link.source));
}

}  // namespace
}  // namespace stentor::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stentor::wire;
  if (size == 0) return 0;
  const ReceiveChecksums device{.ipv4_good = (data[0] & 1) != 0,
                                .udp_good = (data[0] & 2) != 0,
                                .udp_partial_accepted = (data[0] & 4) != 0};
  const stentor::base::Bytes bytes{data + 1, size - 1};
  const auto frame = parse_frame(bytes, device);
  const auto seen = glance_at(bytes);
  if (!frame) {
    CHECK(static_cast<std::size_t>(frame.error()) < kDropReasonCount);
    return 0;
  }
  CHECK(frame->link.tag_count <= kVlanTagsMax);
  CHECK(!frame->link.source.is_group());
  if (const auto* udp = std::get_if<UdpDatagram>(&frame->content)) {
    CHECK(inside(udp->payload, bytes));
    // A glance at an ordinary frame that stands the parse sees the same.
    if (frame->link.tag_count == 0 && seen) {
      CHECK(seen->source == udp->source && seen->source_port == udp->source_port);
      CHECK(seen->destination_port == udp->destination_port);
    }
    check_round_trip(frame->link, *udp);
  } else if (const auto* arp = std::get_if<ArpMessage>(&frame->content)) {
    check_round_trip(frame->link, *arp);
  } else if (const auto* echo = std::get_if<IcmpEcho>(&frame->content)) {
    CHECK(inside(echo->message, bytes));
    check_echo_reply(frame->link.reply({{2, 0, 0, 0, 0, 1}}), *echo);
  } else {
    check_advertisement(frame->link.reply({{2, 0, 0, 0, 0, 1}}),
                        std::get<RouterMessage>(frame->content));
  }
  return 0;
}
