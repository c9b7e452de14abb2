// SPDX-License-Identifier: BSD-3-Clause
#include "worker/dispatch.h"

#include <algorithm>
#include <utility>

#include "dhcp/glance.h"
#include "dhcp/server.h"
#include "worker/dhcp_sighting.h"

namespace stentor::worker {

namespace {

using wire::DropReason;

// IPv6 has groups where IPv4 has broadcasts (RFC 2464 section 7).
bool is_to_group(const wire::Frame& frame) {
  return frame.link.destination.is_group() &&
         std::holds_alternative<wire::RouterMessage>(frame.content);
}

// Of a request that had to wait, when it came first.
base::Time received_at(const FrameArrival& arrival) {
  return arrival.resumed != nullptr ? arrival.resumed->since : arrival.now;
}

}  // namespace

struct Dispatcher::Context {
  const Snapshot& snapshot;
  const FrameArrival& arrival;
  const PortView& port;
  const Network& network;
  const wire::Link& link;
  // A datagram to one address does not come in such a frame, unless somebody wants to hear from
  // everybody (RFC 1122 section 3.3.6). DHCP's clients and relay agents may have their reasons.
  bool is_to_everybody;
};

Verdict Dispatcher::dispatch(const Snapshot& snapshot, const FrameArrival& arrival,
                             base::MutableBytes out) {
  const auto frame = wire::parse_frame(arrival.frame, arrival.checksums);
  if (!frame) return frame.error();
  const wire::Link& link = frame->link;
  const bool is_to_everybody = link.destination != arrival.traits.mac;
  if (is_to_everybody && link.destination != wire::MacAddress::broadcast() &&
      !is_to_group(*frame)) {
    return DropReason::ethernet_not_ours;
  }
  const PortView& port = snapshot.ports[arrival.port];
  const Network* network = port.find_network(link.vlan());
  if (network == nullptr) return DropReason::vlan_unknown;

  const Context context{snapshot, arrival, port, *network, link, is_to_everybody};
  if (const auto* udp = std::get_if<wire::UdpDatagram>(&frame->content)) {
    return on_udp(context, *udp, out);
  }
  if (const auto* arp = std::get_if<wire::ArpMessage>(&frame->content)) {
    return on_arp(context, *arp, out);
  }
  if (const auto* echo = std::get_if<wire::IcmpEcho>(&frame->content)) {
    return on_echo(context, *echo, out);
  }
  return on_router_message(context, std::get<wire::RouterMessage>(frame->content), out);
}

void Dispatcher::prefetch(const Snapshot& snapshot, PortIndex port,
                          std::span<const base::Bytes> frames) {
  // Of a few messages the first is answered before the last has been fetched.
  constexpr std::uint32_t kWorthwhile = 4;
  constexpr std::size_t kFramesMax = 32;
  if (std::exchange(dhcp_messages_, 0) < kWorthwhile) return;
  std::array<lease::Owner, kFramesMax> owners;
  std::size_t count = 0;
  for (const base::Bytes frame : frames.first(std::min(frames.size(), kFramesMax))) {
    const auto seen = wire::glance_at(frame);
    if (!seen || seen->destination_port != dhcp::kServerPort) continue;
    const Network* network = snapshot.ports[port].find_network(seen->vlan);
    if (network == nullptr) continue;
    const auto sender = dhcp::glance_at_sender(snapshot.policy, network->index, seen->payload);
    if (!sender) continue;
    snapshot.leases->prefetch(sender->owner);
    discovers_.prefetch(sender->client);
    owners[count++] = sender->owner;
  }
  for (const lease::Owner& owner : std::span(owners).first(count)) {
    snapshot.leases->prefetch_record(owner);
  }
}

Verdict Dispatcher::on_arp(const Context& context, const wire::ArpMessage& message,
                           base::MutableBytes out) {
  const wire::Ipv4Address ours = context.network.address.address;
  if (probes_.answer(context.network.index, message.sender, message.sender_mac)) {
    counters_.conflict_answers.add();
    if (message.target != ours) return Taken{};
  }
  if (message.operation != wire::ArpMessage::kRequest || message.target != ours) {
    return DropReason::arp_not_for_us;
  }
  const wire::MacAddress& mac = context.arrival.traits.mac;
  const std::size_t frame = wire::write_arp(out, context.link.reply(mac),
                                            {.operation = wire::ArpMessage::kReply,
                                             .sender_mac = mac,
                                             .sender = ours,
                                             .target_mac = message.sender_mac,
                                             .target = message.sender});
  if (frame == 0) return DropReason::no_frame_buffer;
  counters_.arp_replies.add();
  return Replied{frame};
}

Verdict Dispatcher::on_echo(const Context& context, const wire::IcmpEcho& echo,
                            base::MutableBytes out) {
  // An echo to a broadcast address is not answered (RFC 1122 section 3.2.2.6 leaves it to us).
  if (echo.destination != context.network.address.address || !echo.source.is_unicast()) {
    return DropReason::ipv4_not_ours;
  }
  if (context.is_to_everybody) return DropReason::ipv4_in_broadcast;
  if (echo.is_reply) {
    // Whose MAC that is, only the last router knows.
    if (!probes_.answer(context.network.index, echo.source, {})) {
      return DropReason::icmp_not_asked_for;
    }
    counters_.conflict_answers.add();
    return Taken{};
  }
  const std::size_t frame =
      wire::write_echo_reply(out, context.link.reply(context.arrival.traits.mac), echo);
  if (frame == 0) return DropReason::icmp_too_long;
  counters_.echo_replies.add();
  return MinorReply{frame};
}

Verdict Dispatcher::on_router_message(const Context& context, const wire::RouterMessage& message,
                                      base::MutableBytes out) {
  if (message.type == wire::RouterMessage::kSolicitation) {
    return on_solicitation(context, message, out);
  }
  solicitations_.note_router(context.network.index, std::chrono::seconds{message.lifetime_seconds},
                             context.arrival.now);
  counters_.routers_heard.add();
  return Taken{};
}

Verdict Dispatcher::on_solicitation(const Context& context, const wire::RouterMessage& message,
                                    base::MutableBytes out) {
  if (!context.snapshot.tells_of_no_router) return DropReason::solicitation_refused;
  const wire::MacAddress& client = context.link.source;
  switch (solicitations_.solicit(context.network.index, client, context.arrival.now)) {
    case SolicitationBoard::Answer::has_router:
      return DropReason::solicitation_has_router;
    case SolicitationBoard::Answer::not_firmware:
      return DropReason::solicitation_not_firmware;
    case SolicitationBoard::Answer::wait:
      return DropReason::solicitation_left_to_routers;
    case SolicitationBoard::Answer::tell:
      break;
  }
  // To a machine without an address all nodes are spoken to (RFC 4861 section 6.2.6), in a frame
  // that it alone gets (RFC 6085): others need not hear it.
  const auto destination =
      message.source.is_link_local() ? message.source : wire::Ipv6Address::all_nodes();
  const std::size_t frame = wire::write_empty_router_advertisement(
      out, context.link.reply(context.arrival.traits.mac), destination);
  if (frame == 0) return DropReason::no_frame_buffer;
  counters_.router_advertisements.add();
  return MinorReply{frame};
}

Verdict Dispatcher::on_udp(const Context& context, const wire::UdpDatagram& datagram,
                           base::MutableBytes out) {
  const Network& network = context.network;
  const bool to_us = datagram.destination == network.address.address;
  const bool is_broadcast = datagram.destination.is_broadcast() ||
                            network.address.is_directed_broadcast(datagram.destination);
  if (!to_us && !is_broadcast) return DropReason::ipv4_not_ours;

  if (datagram.destination_port == dhcp::kServerPort ||
      datagram.destination_port == dhcp::kPxePort) {
    return on_dhcp(context, datagram, out);
  }
  // TFTP requests to a broadcast address are ignored (RFC 1123 section 4.2.3.4), and nobody who has
  // no address can fetch a file.
  if (!to_us || !datagram.source.is_unicast()) return DropReason::ipv4_not_ours;
  if (context.is_to_everybody) return DropReason::ipv4_in_broadcast;
  // What a whole subnet would hear is no machine's address (RFC 1122 section 3.3.6).
  if (network.address.is_directed_broadcast(datagram.source)) {
    return DropReason::ipv4_source_invalid;
  }
  // Nobody listens on port 0, so nothing can be answered there (RFC 768).
  if (datagram.source_port == 0) return DropReason::udp_port_closed;
  const UdpArrival arrival{.port = context.port,
                           .network = network,
                           .link = context.link,
                           .traits = context.arrival.traits,
                           .datagram = datagram,
                           .attachment = context.arrival.attachment,
                           .now = context.arrival.now};
  if (datagram.destination_port == tftp::kServerPort) {
    return tftp_.on_request(context.snapshot, arrival, out);
  }
  const auto owner = context.port.steering.owner_of_port(datagram.destination_port);
  if (!owner) return DropReason::udp_port_closed;
  if (*owner != tftp_.self()) return tftp_.leave_to(*owner, datagram);
  return tftp_.on_transfer_message(arrival);
}

Verdict Dispatcher::on_dhcp(const Context& context, const wire::UdpDatagram& datagram,
                            base::MutableBytes out) {
  const FrameArrival& arrival = context.arrival;
  ++dhcp_messages_;
  wire::Link link = context.link.reply(arrival.traits.mac);
  const std::size_t offset = wire::udp_payload_offset(link);
  if (offset >= out.size()) return DropReason::no_frame_buffer;
  const dhcp::Decision decision = answer(context, datagram, out.subspan(offset));
  const sighting::Glimpse glimpse = glimpse_of(caller_, context.network.index, decision);
  // What changed goes to the store whatever comes of the answer: the table has it already.
  std::optional<std::uint64_t> ticket;
  if (journal_.has_change) ticket = store_.lane->push(journal_.change);
  if (const auto* reason = std::get_if<DropReason>(&decision)) {
    sightings_.note(glimpse, arrival.now);
    return *reason;
  }
  if (const auto* wait = std::get_if<dhcp::Park>(&decision)) return park(context, *wait, out);
  const auto& reply = std::get<dhcp::Reply>(decision);
  link.destination = reply.destination_mac;
  const std::size_t frame = wire::write_udp_frame(out, link,
                                                  {.source = reply.source,
                                                   .destination = reply.destination,
                                                   .source_port = reply.source_port,
                                                   .destination_port = reply.destination_port},
                                                  reply.payload_bytes);
  if (frame == 0) return DropReason::no_frame_buffer;
  if (reply.is_to_firmware && context.snapshot.tells_of_no_router) {
    solicitations_.note_firmware(context.network.index, context.link.source, arrival.now);
  }
  if (journal_.has_change && journal_.change.state == lease::State::bound) {
    return promise(arrival, ticket, out.first(frame), glimpse);
  }
  // Behind what waits: its relay agent takes no older value than it has seen (RFC 4030 section 5).
  if (reply.is_sealed && acks_.size() != 0) {
    return hold(arrival, {.ticket = acks_.newest_ticket()}, out.first(frame), glimpse);
  }
  return reply_now(arrival, frame, glimpse);
}

dhcp::Decision Dispatcher::answer(const Context& context, const wire::UdpDatagram& datagram,
                                  base::MutableBytes payload) {
  const FrameArrival& arrival = context.arrival;
  dhcp::Resumed resumed;
  if (arrival.resumed != nullptr) {
    resumed.since = arrival.resumed->since;
    resumed.probed = arrival.resumed->probed;
    resumed.is_in_use = close_probe(context, *arrival.resumed);
  }
  journal_.has_change = false;
  caller_.is_known = false;
  // Relaxed: a worker that sees it late promises nothing, for then its ticket fails.
  journal_.is_failing = store_.waits() && store_.is_failing->load(std::memory_order_relaxed);
  const dhcp::Records records{.leases = *context.snapshot.leases,
                              .clients = context.snapshot.clients,
                              .discovers = &discovers_,
                              .journal = store_.lane != nullptr ? &journal_ : nullptr,
                              .caller = &caller_,
                              .hosts = &context.snapshot.hosts};
  return dhcp::answer(context.snapshot.policy, records, context.snapshot,
                      {.network = context.network.index,
                       .source_mac = context.link.source,
                       .source = datagram.source,
                       .destination = datagram.destination,
                       .source_port = datagram.source_port,
                       .destination_port = datagram.destination_port,
                       .now = arrival.now,
                       .resumed = arrival.resumed != nullptr ? &resumed : nullptr,
                       .may_probe = !probes_.is_suspended(context.network.index),
                       .is_draining = context.snapshot.is_draining()},
                      datagram.payload, payload);
}

Verdict Dispatcher::promise(const FrameArrival& arrival, std::optional<std::uint64_t> ticket,
                            base::Bytes frame, const sighting::Glimpse& glimpse) {
  if (!store_.waits()) return reply_now(arrival, frame.size(), glimpse);
  if (!ticket) {
    sightings_.note_unanswered(glimpse, DropReason::dhcp_store_behind, arrival.now);
    return DropReason::dhcp_store_behind;
  }
  const lease::LeaseChange& change = journal_.change;
  const lease::Lease lease{change.address, change.state, change.version, change.expiry};
  return hold(arrival, {.ticket = *ticket, .lease = lease}, frame, glimpse);
}

Verdict Dispatcher::hold(const FrameArrival& arrival, PendingAck ack, base::Bytes frame,
                         const sighting::Glimpse& glimpse) {
  if (!acks_.has_room(frame.size())) {
    sightings_.note_unanswered(glimpse, DropReason::dhcp_store_behind, arrival.now);
    return DropReason::dhcp_store_behind;
  }
  ack.since = arrival.now;
  ack.received = received_at(arrival);
  ack.port = arrival.port;
  ack.glimpse = glimpse;
  acks_.hold(ack, frame);
  return Taken{};
}

Verdict Dispatcher::reply_now(const FrameArrival& arrival, std::size_t frame_bytes,
                              const sighting::Glimpse& glimpse) {
  if (arrival.resumed != nullptr) {
    counters_.note_late_answer(arrival.now - arrival.resumed->since);
  } else {
    counters_.dhcp_replies.add();
  }
  sightings_.note(glimpse, arrival.now);
  return Replied{frame_bytes};
}

Verdict Dispatcher::park(const Context& context, const dhcp::Park& park, base::MutableBytes out) {
  const FrameArrival& arrival = context.arrival;
  if (parked_.replace(park.client, arrival.frame)) return Taken{};
  std::size_t probe = 0;
  if (park.probe) {
    const auto opened = probes_.open(context.network.index, *park.probe);
    // Another worker, to whom another relay brought the same DISCOVER, will answer it.
    if (opened == ProbeBoard::Opened::by_another) return DropReason::client_busy;
    if (opened == ProbeBoard::Opened::full) return DropReason::dhcp_parked_full;
    probe = write_probe(context, park, out);
  }
  const ParkedRequest request{.port = arrival.port,
                              .network = context.network.index,
                              .since = received_at(arrival),
                              .probed = park.probe};
  if (!parked_.park(park.client, arrival.frame, request, park.due)) {
    if (park.probe) probes_.close(context.network.index, *park.probe);
    return DropReason::dhcp_parked_full;
  }
  counters_.dhcp_parked.add();
  if (!park.probe) return Taken{};
  counters_.conflict_checks.add();
  return Replied{probe};
}

// On our own link an ARP probe (RFC 5227 section 2.1.1: from no address, so that nobody's table
// changes), whatever subnet on it the address is of; else an ICMP echo, by the router that brought
// the request.
std::size_t Dispatcher::write_probe(const Context& context, const dhcp::Park& park,
                                    base::MutableBytes out) {
  const wire::MacAddress& mac = context.arrival.traits.mac;
  wire::Link link = context.link.reply(mac);
  if (!park.is_on_link) {
    return wire::write_echo_request(
        out, link, {.source = context.network.address.address, .destination = *park.probe});
  }
  link.destination = wire::MacAddress::broadcast();
  return wire::write_arp(out, link,
                         {.operation = wire::ArpMessage::kRequest,
                          .sender_mac = mac,
                          .sender = {},
                          .target_mac = {},
                          .target = *park.probe});
}

bool Dispatcher::close_probe(const Context& context, const ParkedRequest& parked) {
  if (!parked.probed) return false;
  const auto answered_by = probes_.close(parked.network, *parked.probed);
  // Of a client that has the address already, nobody else has it.
  if (!answered_by || *answered_by == context.link.source || probes_.is_suspended(parked.network))
    return false;
  if (const auto pardoned = probes_.note_conflict(parked.network, *parked.probed, *answered_by)) {
    for (const wire::Ipv4Address address : *pardoned) {
      context.snapshot.leases->pardon(address, context.arrival.now);
    }
    return false;
  }
  counters_.conflicts_found.add();
  return true;
}

std::size_t write_announcement(base::MutableBytes out, const PortTraits& traits,
                               const Network& network) {
  wire::Link link{.destination = wire::MacAddress::broadcast(), .source = traits.mac};
  const std::array<std::uint16_t, 2> ids{network.vlan.outer, network.vlan.inner};
  for (const std::uint16_t id : ids) {
    if (id == 0) continue;
    // The outer of two tags is the service provider's (IEEE 802.1ad).
    const bool is_service_tag = network.vlan.inner != 0 && link.tag_count == 0;
    link.tags[link.tag_count++] = {is_service_tag ? std::uint16_t{0x88a8} : std::uint16_t{0x8100},
                                   id};
  }
  const wire::Ipv4Address ours = network.address.address;
  return wire::write_arp(out, link,
                         {.operation = wire::ArpMessage::kRequest,
                          .sender_mac = traits.mac,
                          .sender = ours,
                          .target_mac = {},
                          .target = ours});
}

}  // namespace stentor::worker
