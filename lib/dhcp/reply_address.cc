// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/exchange.h"

namespace stentor::dhcp {

namespace {

using wire::DropReason;

Decision send_to(const Exchange& exchange, ReplyWriter& writer, wire::Ipv4Address address,
                 const wire::MacAddress& mac, std::uint16_t port) {
  const auto bytes = writer.finish();
  if (!bytes) return DropReason::dhcp_reply_too_long;
  return Reply{
      .payload_bytes = *bytes,
      .type = writer.type(),
      .yiaddr = wire::Ipv4Address{writer.header().yiaddr},
      .destination_mac = mac,
      .source = exchange.self.address,
      .destination = address,
      .source_port = exchange.arrival.destination_port,
      .destination_port = port,
      .is_to_firmware = exchange.request.giaddr().is_zero() && exchange.request.is_firmware};
}

}  // namespace

Decision send(const Exchange& exchange, ReplyWriter& writer, wire::Ipv4Address ciaddr,
              wire::Ipv4Address yiaddr) {
  const Request& request = exchange.request;
  if (!request.giaddr().is_zero()) {
    return send_to(exchange, writer, request.giaddr(), exchange.arrival.source_mac,
                   exchange.relay.answer_port(exchange.arrival.source_port));
  }
  if (!ciaddr.is_zero()) {
    return send_to(exchange, writer, ciaddr, exchange.arrival.source_mac, kClientPort);
  }
  const auto mac = request.mac();
  const bool is_broadcast = (writer.header().flags.host() & kBroadcastFlag) != 0;
  if (is_broadcast || yiaddr.is_zero() || !mac || mac->is_group()) {
    return send_to(exchange, writer, wire::Ipv4Address{0xffffffff}, wire::MacAddress::broadcast(),
                   kClientPort);
  }
  return send_to(exchange, writer, yiaddr, *mac, kClientPort);
}

Decision send_to_pxe_port(const Exchange& exchange, ReplyWriter& writer) {
  const Arrival& arrival = exchange.arrival;
  const wire::Ipv4Address client =
      exchange.request.ciaddr().is_zero() ? arrival.source : exchange.request.ciaddr();
  if (!client.is_unicast()) return DropReason::dhcp_malformed;
  return send_to(exchange, writer, client, arrival.source_mac,
                 arrival.source_port == 0 ? kClientPort : arrival.source_port);
}

}  // namespace stentor::dhcp
