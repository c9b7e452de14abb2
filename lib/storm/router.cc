// SPDX-License-Identifier: BSD-3-Clause
#include "storm/router.h"

#include "client/dhcp_client.h"
#include "wire/frame.h"

namespace stentor::storm {
namespace {

constexpr std::uint64_t kBroadcast = 0xffffffffffff;

std::uint16_t word_at(base::Bytes bytes, std::size_t at) {
  return base::load_big_endian<std::uint16_t>(bytes.data() + at);
}

wire::Ipv4Address address_at(base::Bytes bytes, std::size_t at) {
  return wire::Ipv4Address{base::load_big_endian<std::uint32_t>(bytes.data() + at)};
}

Route to_machine(std::uint32_t machine) {
  if (machine == kNoMachine) return {};
  return {Route::Kind::machine, machine};
}

}  // namespace

Route Router::route_otherwise(base::Bytes frame, std::uint64_t mac) const {
  const bool to_relay = plan_.find_relay(mac) != kNoRelay;
  if (!to_relay && mac != kBroadcast) return {};
  std::size_t at = wire::kEthernetHeaderBytes;
  std::uint16_t type = word_at(frame, 12);
  std::uint16_t vlan = 0;
  if (type == 0x8100) {
    vlan = word_at(frame, 14) & 0x0fff;
    type = word_at(frame, 16);
    at += wire::kVlanTagBytes;
  }
  const base::Bytes content = frame.subspan(at);
  if (type == 0x0806) return route_arp(content, vlan);
  return type == 0x0800 ? route_ipv4(content, to_relay) : Route{};
}

// RFC 826: a request names whom it looks for; a reply, and an announcement (RFC 5227 section 3),
// names its sender.
Route Router::route_arp(base::Bytes arp, std::uint16_t vlan) const {
  if (arp.size() < wire::kArpBytes) return {};
  const wire::Ipv4Address sender = address_at(arp, 14);
  const wire::Ipv4Address target = address_at(arp, 24);
  const bool is_reply = word_at(arp, 6) == wire::ArpMessage::kReply;
  if (is_reply || sender == target || plan_.find_relay(target, vlan) != kNoRelay) {
    return {Route::Kind::arp, kNoMachine};
  }
  return to_machine(ledger_.find(target));
}

Route Router::route_ipv4(base::Bytes datagram, bool to_relay) const {
  constexpr std::size_t kChaddr = 28;
  if (datagram.size() < wire::kIpv4HeaderBytes) return {};
  const std::size_t udp = std::size_t{4} * (datagram[0] & 0x0fu);
  const std::size_t payload = udp + wire::kUdpHeaderBytes;
  if (datagram.size() < payload + kChaddr + 8) {
    // Too short for DHCP; TFTP to a machine behind the relay may be.
    return to_relay ? to_machine(ledger_.find(address_at(datagram, 16))) : Route{};
  }
  const std::uint16_t port = word_at(datagram, udp + 2);
  const bool is_relayed_dhcp = to_relay && port == client::kDhcpServerPort &&
                               ledger_.find(address_at(datagram, 16)) == kNoMachine;
  const bool is_broadcast_dhcp = !to_relay && port == client::kDhcpClientPort;
  if (is_relayed_dhcp || is_broadcast_dhcp) {
    return to_machine(plan_.find_machine(mac_number(datagram.data() + payload + kChaddr)));
  }
  return to_relay ? to_machine(ledger_.find(address_at(datagram, 16))) : Route{};
}

}  // namespace stentor::storm
