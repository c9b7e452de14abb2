// SPDX-License-Identifier: BSD-3-Clause
#include "wire/router_message.h"

#include <algorithm>

#include "wire/checksum.h"
#include "wire/header_read.h"
#include "wire/header_write.h"

namespace stentor::wire {

namespace {

constexpr std::size_t kLengthOffset = 4;  // of the IPv6 header, RFC 8200 section 3
constexpr std::size_t kNextHeaderOffset = 6;
constexpr std::size_t kHopLimitOffset = 7;
constexpr std::size_t kSourceOffset = 8;
constexpr std::size_t kDestinationOffset = 24;
constexpr std::size_t kSolicitationBytes = 8;  // before options
constexpr std::size_t kLifetimeOffset = 6;

Ipv6Address address_at(base::Bytes bytes, std::size_t offset) {
  Ipv6Address address;
  std::copy_n(bytes.data() + offset, address.bytes.size(), address.bytes.data());
  return address;
}

// The ICMPv6 message in the packet.
Parsed<base::Bytes> find_icmpv6(base::Bytes packet) {
  if (packet.size() < kIpv6HeaderBytes) return drop(DropReason::ipv6_truncated);
  if (byte_at(packet, 0) >> 4 != 6) return drop(DropReason::ipv6_version_wrong);
  const std::size_t length = word_at(packet, kLengthOffset);
  if (length > packet.size() - kIpv6HeaderBytes) return drop(DropReason::ipv6_truncated);
  if (byte_at(packet, kNextHeaderOffset) != kProtocolIcmpv6) {
    return drop(DropReason::ipv6_protocol_unsupported);
  }
  return packet.subspan(kIpv6HeaderBytes, length);
}

// Options fill the message, each of a length that is not 0 (RFC 4861 section 4.6); of a source that
// is no address none says which MAC it has.
bool are_options_right(base::Bytes options, bool may_name_mac) {
  constexpr std::uint8_t kSourceLinkLayerAddress = 1;
  constexpr std::size_t kUnitBytes = 8;
  while (!options.empty()) {
    if (options.size() < kUnitBytes) return false;
    const std::size_t bytes = byte_at(options, 1) * kUnitBytes;
    if (bytes == 0 || bytes > options.size()) return false;
    if (byte_at(options, 0) == kSourceLinkLayerAddress && !may_name_mac) return false;
    options = options.subspan(bytes);
  }
  return true;
}

// A host asks from an address of its own, or from none (RFC 4861 section 4.1); a router speaks from
// its link-local address (section 6.1.2).
bool is_source_right(const RouterMessage& message) {
  if (message.type == RouterMessage::kAdvertisement) return message.source.is_link_local();
  return !message.source.is_multicast();
}

}  // namespace

Parsed<RouterMessage> parse_router_message(base::Bytes packet) {
  const auto icmp = find_icmpv6(packet);
  if (!icmp) return drop(icmp.error());
  if (icmp->size() < kSolicitationBytes) return drop(DropReason::icmpv6_truncated);
  const std::uint8_t type = byte_at(*icmp, 0);
  if (type != RouterMessage::kSolicitation && type != RouterMessage::kAdvertisement) {
    return drop(DropReason::icmpv6_unsupported);
  }
  RouterMessage message{.type = type, .source = address_at(packet, kSourceOffset)};
  const Ipv6Address destination = address_at(packet, kDestinationOffset);
  const Sum sum = icmpv6_pseudo_header_sum(message.source, destination,
                                           static_cast<std::uint16_t>(icmp->size()));
  if (checksum(sum + sum_of(*icmp)) != 0) return drop(DropReason::icmpv6_checksum_wrong);
  const bool is_advertisement = type == RouterMessage::kAdvertisement;
  if (!is_advertisement && destination != Ipv6Address::all_routers()) {
    return drop(DropReason::solicitation_not_to_routers);
  }

  constexpr std::uint8_t kNeverForwarded = 255;
  const std::size_t fixed_bytes = is_advertisement ? kRouterAdvertisementBytes : kSolicitationBytes;
  if (byte_at(packet, kHopLimitOffset) != kNeverForwarded || byte_at(*icmp, 1) != 0 ||
      icmp->size() < fixed_bytes || !is_source_right(message) ||
      !are_options_right(icmp->subspan(fixed_bytes), !message.source.is_unspecified())) {
    return drop(DropReason::router_message_invalid);
  }
  if (is_advertisement) message.lifetime_seconds = word_at(*icmp, kLifetimeOffset);
  return message;
}

}  // namespace stentor::wire
