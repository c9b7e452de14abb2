// SPDX-License-Identifier: BSD-3-Clause
#include <array>

#include "storm/squad.h"

namespace stentor::storm {
namespace {

// Machines switched on, and deadlines taken from the wheel, in one go: frames that have arrived
// come first.
constexpr std::size_t kPowerOnsMax = 16;
constexpr std::size_t kDueMax = 16;
constexpr std::uint32_t kAhead = 4;  // machines whose memory is fetched before their turn

}  // namespace

bool Squad::fire(base::Time now) {
  bool worked = power_on_due(now);
  worked |= fire_due(now);
  if (waiting_count_ != 0) worked |= serve_waiting(now);
  return worked;
}

bool Squad::power_on_due(base::Time now) {
  const base::Duration elapsed = now - shared_.start;
  std::size_t count = 0;
  while (count < kPowerOnsMax && next_power_on_ < machine_count_ && outbox_.has_room() &&
         plan_.power_on(number_of(next_power_on_)) <= elapsed) {
    const std::uint32_t local = next_power_on_++;
    if (next_power_on_ + kAhead < machine_count_) prefetch(next_power_on_ + kAhead, 0);
    if (!machines_[local].is_over()) power_on(local, now);
    ++count;
  }
  return count != 0;
}

bool Squad::fire_due(base::Time now) {
  std::array<std::uint32_t, kDueMax> due;
  // What is taken from the wheel must be served: as many as the outbox surely has room for.
  std::size_t room = 0;
  for (std::size_t frames = outbox_.room(); frames >= Outbox::kFramesAnEvent && room < kDueMax;
       frames -= Outbox::kFramesAnEvent) {
    ++room;
  }
  if (room == 0) return false;
  const std::size_t count = wheel_.advance(now, std::span(due).first(room));
  for (std::size_t i = 0; i < count; ++i) {
    on_timer(due[i], now);
    arm(due[i]);
  }
  return count != 0;
}

void Squad::on_timer(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  if (machine.is_over()) return;
  if (machine.timer <= now) {
    machine.timer = base::kNever;
    switch (machine.state) {
      case MachineState::off:
        return power_on(local, now);
      case MachineState::finding_hop:
        // Nobody answers for the server or for the router to it.
        return fail(local, silence_of(machine), now);
      default:
        return dies_now(local) ? die(local, now) : pass_stage(local, now);  // a pause
    }
  }
  if (machine.state != MachineState::working) return;
  if (machine.dhcp.deadline() <= now) on_dhcp_timeout(local, now);
  if (machine.state == MachineState::working && machine.tftp.deadline() <= now) {
    on_tftp_timeout(local, now);
  }
}

void Squad::on_dhcp_timeout(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  const client::DhcpState before = machine.dhcp.state();
  std::uint8_t* message = payload_of(machine);
  const client::DhcpOutgoing outgoing =
      machine.dhcp.on_timeout(now, {message, client::kDhcpMessageBytes});
  const client::DhcpState after = machine.dhcp.state();
  if (after == client::DhcpState::failed) return fail(local, silence_of(machine), now);
  if (before == client::DhcpState::requesting && after == client::DhcpState::selecting) {
    return fail(local, Failure::no_ack, now);  // the client would begin again, for ever
  }
  if (outgoing.length == 0) return;
  ++machine.resends;
  tally_.count(Count::resends);
  ++interval_at(now).resends;
  send_dhcp(local, outgoing, message, now);
}

void Squad::on_tftp_timeout(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  const client::Outgoing outgoing = machine.tftp.on_timeout(
      now, {payload_of(machine), Outbox::kFrameBytesMax - wire::kUdpFrameHeaderBytesMax});
  if (machine.tftp.state() == client::TftpState::failed) {
    return fail(local, Failure::tftp_silent, now);
  }
  if (outgoing.length == 0) return;
  ++machine.resends;
  tally_.count(Count::resends);
  ++interval_at(now).resends;
  machine.asked_at = machine.tftp.server_port() == 0 ? machine.asked_at : now;
  send_tftp(local, outgoing);
}

// What it means that nobody answers the stage.
Failure Squad::silence_of(const Machine& machine) const {
  switch (stage_of(machine).kind) {
    case Stage::Kind::dora:
      return Failure::no_offer;
    case Stage::Kind::boot_server:
      return Failure::no_boot_server;
    case Stage::Kind::renew:
    case Stage::Kind::release:
      return Failure::no_ack;
    default:
      return Failure::tftp_silent;
  }
}

}  // namespace stentor::storm
