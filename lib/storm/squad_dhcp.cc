// SPDX-License-Identifier: BSD-3-Clause
#include <bit>

#include "storm/squad.h"

namespace stentor::storm {
namespace {

using client::DhcpState;
using client::DhcpType;

// RFC 2131 sets no limit to refusals; firmware gives up.
constexpr std::uint8_t kNaksMax = 4;
constexpr base::Duration kLate = std::chrono::seconds{1};
constexpr std::size_t kTypeOffset = 242;  // option 53 stands first in a client's message
constexpr std::size_t kCiaddrOffset = 12;

// Where TFTP goes: siaddr, as PXE has it; else an address in option 66; else who answered.
wire::Ipv4Address tftp_server_of(const client::DhcpReply& reply) {
  if (!reply.next_server.is_zero()) return reply.next_server;
  if (const auto named = wire::Ipv4Address::parse(reply.tftp_server)) return *named;
  return reply.server;
}

}  // namespace

void Squad::start_dora(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  if (const client::BootProfile* profile = stage_of(machine).profile) {
    // Other firmware: it knows nothing of what its predecessor has asked.
    machine.dhcp = client::DhcpClient(profile->dhcp, machine.dhcp.identity(), next_random(machine));
  }
  machine.tftp = client::TftpClient(profile_of(local).tftp, {});
  std::uint8_t* message = payload_of(machine);
  send_dhcp(local, machine.dhcp.start(now, {message, client::kDhcpMessageBytes}), message, now);
  arm(local);
}

// A server's answer to the machine's relay (RFC 3046 section 2.1): option 82 has come back last and
// byte for byte, or it is wrong.
void Squad::receive_relayed(std::uint32_t local, const wire::UdpDatagram& datagram,
                            base::Time now) {
  Machine& machine = machines_[local];
  const RelayPlan& relay = *relay_of(local);
  const auto reply = client::parse_dhcp_reply(datagram.payload);
  const bool is_awaited =
      reply && reply->xid == machine.dhcp.xid() && machine.state == MachineState::working;
  if (is_awaited && !client::find_returned_option(datagram.payload, relay.address, relay.option)) {
    tally_.count(Count::wrong_options);
    return fail(local, Failure::wrong_options, now);
  }
  receive_dhcp(local, datagram, now);
}

void Squad::receive_dhcp(std::uint32_t local, const wire::UdpDatagram& datagram, base::Time now) {
  Machine& machine = machines_[local];
  const auto reply = client::parse_dhcp_reply(datagram.payload);
  if (!reply) {
    tally_.count(Count::bad_frames);
    return;
  }
  const DhcpState before = machine.dhcp.state();
  const bool from_boot_server = datagram.source_port == client::kBootServerPort;
  if (machine.state != MachineState::working ||
      from_boot_server != (before == DhcpState::asking_boot_server)) {
    tally_.count(Count::unknown_frames);
    return;
  }
  std::uint8_t* message = payload_of(machine);
  const client::DhcpOutgoing outgoing =
      machine.dhcp.on_reply(*reply, now, {message, client::kDhcpMessageBytes});
  count_answer(machine, *reply, before, now);
  if (machine.dhcp.state() != before && !reply->server.is_zero()) {
    machine.answered_by = reply->server;
  }
  if (before == DhcpState::asking_boot_server) {
    if (machine.dhcp.state() == DhcpState::bound) take_boot_server_answer(local, *reply, now);
    return;
  }
  if (before != DhcpState::bound && machine.dhcp.state() == DhcpState::bound) {
    return take_lease(local, *reply, now);
  }
  if (outgoing.length == 0) return;
  const bool is_refused = reply->type == DhcpType::nak;
  if (is_refused && (++machine.naks == kNaksMax || stage_of(machine).kind != Stage::Kind::dora)) {
    return fail(local, Failure::no_ack, now);
  }
  machine.asked_at = now;
  send_dhcp(local, outgoing, message, now);
  if (!is_refused && dies_now(local)) die(local, now);
}

// The time of an answer counts from the first message that it answers; answers of servers that were
// not chosen, and copies, are counted and no more.
void Squad::count_answer(const Machine& machine, const client::DhcpReply& reply, DhcpState before,
                         base::Time now) {
  const bool is_new = machine.dhcp.state() != before;
  const base::Duration time = now - machine.asked_at;
  switch (reply.type) {
    case DhcpType::offer:
      tally_.count(Count::offers_received);
      if (is_new) tally_.offer_time.add(nanoseconds(time));
      break;
    case DhcpType::ack:
      tally_.count(before == DhcpState::asking_boot_server ? Count::boot_server_answers
                                                           : Count::acks_received);
      if (is_new) tally_.ack_time.add(nanoseconds(time));
      break;
    case DhcpType::nak:
      tally_.count(Count::naks_received);
      break;
    default:
      return;
  }
  if (is_new && time > kLate) tally_.count(Count::late_answers);
}

void Squad::take_lease(std::uint32_t local, const client::DhcpReply& ack, base::Time now) {
  Machine& machine = machines_[local];
  if (!are_options_right(ack)) {
    tally_.count(Count::wrong_options);
    return fail(local, Failure::wrong_options, now);
  }
  const wire::Ipv4Address address = machine.dhcp.address();
  const std::uint32_t number = number_of(local);
  if (machine.claimed != address) shared_.ledger.release(machine.claimed, number);
  const base::Time expiry = ack.lease_seconds == UINT32_MAX
                                ? base::kNever
                                : now + std::chrono::seconds{ack.lease_seconds};
  if (shared_.ledger.claim(address, number, now, expiry) == AddressLedger::Claim::taken) {
    tally_.count(Count::addresses_taken);
    return fail(local, Failure::address_taken, now);
  }
  // Of a second lease the machine is no second one.
  if (machine.claimed.is_zero()) ++interval_at(now).bound;
  machine.claimed = address;
  machine.prefix_length = static_cast<std::uint8_t>(std::popcount(ack.mask.host()));
  machine.router = ack.router;
  machine.tftp_server = tftp_server_of(ack);
  take_boot_file(machine, ack);
  if (stage_of(machine).kind != Stage::Kind::dora && stage_of(machine).kind != Stage::Kind::renew) {
    return;  // T1 came during another stage
  }
  pass_stage(local, now);
}

void Squad::take_boot_server_answer(std::uint32_t local, const client::DhcpReply& ack,
                                    base::Time now) {
  Machine& machine = machines_[local];
  if (ack.file_name.empty()) return fail(local, Failure::no_boot_file, now);
  machine.tftp_server = tftp_server_of(ack);
  take_boot_file(machine, ack);
  pass_stage(local, now);
}

// A renewal's ACK need not name the file again.
void Squad::take_boot_file(Machine& machine, const client::DhcpReply& ack) {
  if (!plan_.groups()[machine.group].uses_named_file || ack.file_name.empty()) return;
  machine.named_file = names_.intern(ack.file_name);
}

// What the scenario asks of an ACK; and RFC 2131 section 4.4.5: T1 before T2 before the end.
bool Squad::are_options_right(const client::DhcpReply& ack) const {
  const Verification& verify = plan_.scenario().verify;
  if (verify.subnet &&
      (!verify.subnet->contains(ack.address) || ack.mask.host() != verify.subnet->mask())) {
    return false;
  }
  if (verify.router && ack.router != *verify.router) return false;
  if (verify.lease_min && std::chrono::seconds{ack.lease_seconds} < *verify.lease_min) return false;
  const bool has_both = ack.renew_seconds != 0 && ack.rebind_seconds != 0;
  if (has_both && ack.renew_seconds >= ack.rebind_seconds) return false;
  return ack.renew_seconds <= ack.lease_seconds && ack.rebind_seconds <= ack.lease_seconds;
}

// `message` stands at payload_of() the machine.
void Squad::send_dhcp(std::uint32_t local, const client::DhcpOutgoing& outgoing,
                      std::uint8_t* message, base::Time now) {
  if (outgoing.length == 0) return;
  const Machine& machine = machines_[local];
  count_sent(DhcpType{message[kTypeOffset]});
  if (!outgoing.destination.is_broadcast()) {
    return send_dhcp_unicast(local, outgoing, message, now);
  }
  if (const RelayPlan* relay = relay_of(local)) {
    return send_relayed(local, *relay, outgoing.length, message);
  }
  commit_udp(local, link_to(machine, machine.dhcp.mac(), wire::MacAddress::broadcast()),
             {.source = {},
              .destination = outgoing.destination,
              .source_port = client::kDhcpClientPort,
              .destination_port = outgoing.port},
             outgoing.length);
}

// Of a machine that holds an address: ciaddr says which.
void Squad::send_dhcp_unicast(std::uint32_t local, const client::DhcpOutgoing& outgoing,
                              const std::uint8_t* message, base::Time now) {
  const Machine& machine = machines_[local];
  // A RELEASE has taken the address, by which hop_to() tells who is on the link.
  const std::uint16_t hop =
      outgoing.destination == machine.peer ? machine.hop : hop_to(local, outgoing.destination);
  if (hop == NextHops::kNone) return;
  const auto mac = shared_.hops.mac(hop);
  if (!mac) return ask_for(local, hop, now);  // the client repeats what is not sent now
  const wire::Ipv4Address source{base::load_big_endian<std::uint32_t>(message + kCiaddrOffset)};
  commit_udp(local, link_to(machine, source_mac(local), *mac),
             {.source = source,
              .destination = outgoing.destination,
              .source_port = client::kDhcpClientPort,
              .destination_port = outgoing.port},
             outgoing.length);
}

// RFC 1542 section 4.1: unicast to the server, from and to port 67.
void Squad::send_relayed(std::uint32_t local, const RelayPlan& relay, std::size_t length,
                         std::uint8_t* message) {
  const Machine& machine = machines_[local];
  const auto mac = shared_.hops.mac(machine.hop);
  const std::size_t room = Outbox::kFrameBytesMax - wire::kUdpFrameHeaderBytesMax;
  const std::size_t relayed =
      client::relay_request({message, room}, length, relay.address, relay.option);
  if (!mac || relayed == 0) return;
  commit_udp(local, link_to(machine, relay.mac, *mac),
             {.source = relay.address,
              .destination = *plan_.scenario().server,
              .source_port = client::kDhcpServerPort,
              .destination_port = client::kDhcpServerPort},
             relayed);
}

void Squad::count_sent(DhcpType type) {
  if (type == DhcpType::discover) tally_.count(Count::discovers_sent);
  if (type == DhcpType::request) tally_.count(Count::requests_sent);
}

}  // namespace stentor::storm
