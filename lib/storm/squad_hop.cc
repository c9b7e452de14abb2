// SPDX-License-Identifier: BSD-3-Clause
#include "storm/squad.h"

namespace stentor::storm {
namespace {

// How long a machine waits for an answer to ARP before its stage fails.
constexpr base::Duration kArpPatience = std::chrono::seconds{5};
// How often those who wait see to it that somebody asks.
constexpr base::Duration kLookAgain = std::chrono::milliseconds{100};

}  // namespace

// The address to ask ARP for: a relay reaches the server itself; a machine reaches its own network,
// and the rest through its router.
std::uint16_t Squad::hop_to(std::uint32_t local, wire::Ipv4Address peer) {
  const Machine& machine = machines_[local];
  wire::Ipv4Address next = peer;
  if (relay_of(local) == nullptr && !machine.router.is_zero() &&
      !wire::Ipv4Prefix{machine.dhcp.address(), machine.prefix_length}.contains(peer)) {
    next = machine.router;
  }
  return shared_.hops.find_or_add(machine.vlan, next);
}

// The stage's next hop: launch() now, or as soon as it is known.
void Squad::find_hop(std::uint32_t local, wire::Ipv4Address peer, base::Time now) {
  Machine& machine = machines_[local];
  machine.peer = peer;
  machine.hop = hop_to(local, peer);
  if (machine.hop == NextHops::kNone) return fail(local, silence_of(machine), now);
  if (shared_.hops.mac(machine.hop)) return launch(local, now);
  machine.state = MachineState::finding_hop;
  machine.timer = now + kArpPatience;
  if (!machine.is_waiting) {
    machine.is_waiting = true;
    waiting_[waiting_count_++] = local;
  }
  ask_for(local, machine.hop, now);
  arm(local);
}

// Looks through those who wait when a MAC has been learnt, and now and then to ask again.
bool Squad::serve_waiting(base::Time now) {
  const std::uint32_t version = shared_.hops.version();
  if (waiting_cursor_ == 0) {
    if (version == hops_seen_ && now < look_at_hops_at_) return false;
    look_at_hops_at_ = now + kLookAgain;
    hops_seen_ = version;
  }
  bool worked = false;
  while (waiting_cursor_ < waiting_count_ && outbox_.has_room()) {
    const std::uint32_t local = waiting_[waiting_cursor_];
    Machine& machine = machines_[local];
    const bool waits = machine.state == MachineState::finding_hop;
    if (waits && !shared_.hops.mac(machine.hop)) {
      ask_for(local, machine.hop, now);
      ++waiting_cursor_;
      continue;
    }
    waiting_[waiting_cursor_] = waiting_[--waiting_count_];
    machine.is_waiting = false;
    if (waits) launch(local, now);
    worked = true;
  }
  if (waiting_cursor_ >= waiting_count_) waiting_cursor_ = 0;
  return worked;
}

void Squad::ask_for(std::uint32_t local, std::uint16_t hop, base::Time now) {
  if (!shared_.hops.claim_request(hop, now)) return;
  const Machine& machine = machines_[local];
  const RelayPlan* relay = relay_of(local);
  const wire::MacAddress& mac = source_mac(local);
  send_arp(local, link_to(machine, mac, wire::MacAddress::broadcast()),
           {.operation = wire::ArpMessage::kRequest,
            .sender_mac = mac,
            .sender = relay != nullptr ? relay->address : machine.dhcp.address(),
            .target_mac = {},
            .target = shared_.hops.address(hop)});
}

void Squad::send_arp(std::uint32_t local, const wire::Link& link, const wire::ArpMessage& message) {
  outbox_.commit(wire::write_arp(outbox_.next(), link, message), local);
}

// RFC 826: answered for an address that the machine holds at this moment, and for no other. Behind
// a relay, which is its router, the relay's MAC answers.
void Squad::take_arp(std::uint32_t local, const wire::Frame& frame) {
  const Machine& machine = machines_[local];
  const auto& arp = std::get<wire::ArpMessage>(frame.content);
  const std::uint16_t vlan = frame.link.vlan().outer;
  if (arp.operation == wire::ArpMessage::kReply) {
    return shared_.hops.learn(vlan, arp.sender, arp.sender_mac);
  }
  const bool is_on = machine.state != MachineState::off && machine.failure != Failure::died;
  if (arp.operation != wire::ArpMessage::kRequest || !is_on || vlan != machine.vlan ||
      !machine.dhcp.holds_address() || machine.dhcp.address() != arp.target) {
    return tally_.count(Count::unknown_frames);
  }
  answer_arp(local, frame, source_mac(local));
}

void Squad::receive_arp(base::Bytes bytes) {
  const wire::Parsed<wire::Frame> frame = wire::parse_frame(bytes, {});
  if (!frame || !std::holds_alternative<wire::ArpMessage>(frame->content)) {
    return tally_.count(Count::bad_frames);
  }
  const auto& arp = std::get<wire::ArpMessage>(frame->content);
  const std::uint16_t vlan = frame->link.vlan().outer;
  if (!arp.sender.is_zero()) shared_.hops.learn(vlan, arp.sender, arp.sender_mac);
  const std::uint16_t relay = plan_.find_relay(arp.target, vlan);
  if (relay != kNoRelay && arp.operation == wire::ArpMessage::kRequest) {
    answer_arp(0, *frame, plan_.relays()[relay].mac);
  }
}

void Squad::answer_arp(std::uint32_t local, const wire::Frame& request,
                       const wire::MacAddress& mac) {
  const auto& arp = std::get<wire::ArpMessage>(request.content);
  tally_.count(Count::arp_answered);
  send_arp(local, request.link.reply(mac),
           {.operation = wire::ArpMessage::kReply,
            .sender_mac = mac,
            .sender = arp.target,
            .target_mac = arp.sender_mac,
            .target = arp.sender});
}

}  // namespace stentor::storm
