// SPDX-License-Identifier: BSD-3-Clause
#include "storm/squad.h"

#include <algorithm>
#include <utility>

namespace stentor::storm {

// A stage's profile holds for the stages behind it too; before, it is the machine's own.
const client::BootProfile& Squad::profile_of(std::uint32_t local) const {
  const Machine& machine = machines_[local];
  if (const client::BootProfile* profile = stage_of(machine).profile) return *profile;
  const GroupPlan& group = plan_.groups()[machine.group];
  return *group.profiles[(number_of(local) - group.first) % group.profiles.size()];
}

// xorshift32 (Marsaglia): four bytes of state, never 0.
std::uint32_t Squad::next_random(Machine& machine) {
  std::uint32_t value = machine.random;
  value ^= value << 13;
  value ^= value >> 17;
  value ^= value << 5;
  return machine.random = value;
}

void Squad::power_on(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  const bool is_again = std::exchange(machine.has_been_on, true);
  if (is_again) {
    tally_.count(Count::restarts);
  } else {
    tally_.powered_on.add();
    ++interval_at(now).powered_on;
  }
  machine.powered_on = now;
  machine.stage = 0;
  machine.bytes = 0;
  machine.named_file = kNoName;
  machine.tftp_server = {};
  if (is_again) {
    machine.dhcp =
        client::DhcpClient(profile_of(local).dhcp, machine.dhcp.identity(), next_random(machine));
  }
  if (const auto& first = plan_.groups()[machine.group].addresses) {
    if (!adopt_address(local, *first, now)) return;
  }
  begin_stage(local, now);
}

// False: another group's machine has it.
bool Squad::adopt_address(std::uint32_t local, const wire::Ipv4Prefix& first, base::Time now) {
  Machine& machine = machines_[local];
  const std::uint32_t number = number_of(local);
  const wire::Ipv4Address address{first.address.host() + number -
                                  plan_.groups()[machine.group].first};
  if (shared_.ledger.claim(address, number, now, base::kNever) == AddressLedger::Claim::taken) {
    tally_.count(Count::addresses_taken);
    fail(local, Failure::address_taken, now);
    return false;
  }
  machine.dhcp.adopt(address);
  machine.claimed = address;
  machine.prefix_length = first.length;
  machine.tftp_server = *plan_.scenario().server;
  return true;
}

void Squad::begin_stage(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  const StagePlan& stage = stage_of(machine);
  machine.state = MachineState::finding_hop;
  machine.stage_begun = now;
  machine.timer = base::kNever;
  machine.naks = 0;
  machine.probe = 0;
  stage_tally(machine).begun.add();
  switch (stage.kind) {
    case Stage::Kind::dora: {
      const RelayPlan* relay = relay_of(local);
      if (relay == nullptr) return launch(local, now);
      return find_hop(local, *plan_.scenario().server, now);
    }
    case Stage::Kind::pause:
      machine.state = MachineState::working;
      machine.timer = now + (dies_now(local) ? stage.pause / 2 : stage.pause);
      return arm(local);
    case Stage::Kind::boot_file:
      if (machine.named_file == kNoName) return fail(local, Failure::no_boot_file, now);
      return find_hop(local, machine.tftp_server, now);
    case Stage::Kind::file:
    case Stage::Kind::missing:
    case Stage::Kind::pxelinux_config:
    case Stage::Kind::boot_server:
      return find_hop(local, machine.tftp_server, now);
    case Stage::Kind::renew:
    case Stage::Kind::release:
      return find_hop(local, machine.dhcp.server(), now);
  }
}

// The stage's first message, its next hop known.
void Squad::launch(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  machine.state = MachineState::working;
  machine.timer = base::kNever;
  machine.asked_at = now;
  std::uint8_t* message = payload_of(machine);
  const base::MutableBytes room(message, client::kDhcpMessageBytes);
  const wire::Ipv4Address address = machine.dhcp.address();
  switch (stage_of(machine).kind) {
    case Stage::Kind::dora:
      return start_dora(local, now);
    case Stage::Kind::boot_server:
      send_dhcp(local, machine.dhcp.ask_boot_server(machine.tftp_server, now, room), message, now);
      break;
    case Stage::Kind::renew:
      send_dhcp(local, machine.dhcp.renew(now, room), message, now);
      break;
    case Stage::Kind::release: {
      if (dies_now(local)) return die(local, now);
      const client::DhcpOutgoing outgoing = machine.dhcp.release(room);
      send_dhcp(local, outgoing, message, now);
      shared_.ledger.release(address, number_of(local));
      return pass_stage(local, now);
    }
    default:
      return start_fetch(local, now);
  }
  if (dies_now(local)) return die(local, now);
  arm(local);
}

void Squad::pass_stage(std::uint32_t local, base::Time now) {
  Machine& machine = machines_[local];
  StageTally& stage = stage_tally(machine);
  const base::Duration took = now - machine.stage_begun;
  stage.passed.add();
  stage.latency.add(nanoseconds(took));
  const auto microseconds = static_cast<std::uint32_t>(
      std::min<base::Duration>(took, std::chrono::hours{1}) / std::chrono::microseconds{1});
  LongestStage& longest = longest_[local];
  if (microseconds > longest.microseconds) longest = {microseconds, machine.stage};
  machine.is_streaming = false;
  if (++machine.stage < plan_.groups()[machine.group].stages.size()) {
    return begin_stage(local, now);
  }
  tally_.booted.add();
  tally_.group_booted[machine.group].add();
  tally_.boot_time.add(nanoseconds(now - machine.powered_on));
  ++interval_at(now).booted;
  finish(local, MachineState::booted, now);
}

void Squad::fail(std::uint32_t local, Failure failure, base::Time now) {
  Machine& machine = machines_[local];
  const auto again_after = plan_.scenario().again_after;
  if (again_after && is_silence(failure)) return switch_off(local, *again_after, now);
  // A machine that is switched off, or was never on, is in no stage.
  if (machine.state != MachineState::off) {
    stage_tally(machine).failed.add();
    const bool has_asked = machine.state == MachineState::working;
    if (has_asked && is_fetch(stage_of(machine).kind)) {
      machine.bytes += machine.tftp.bytes_received();
    }
  }
  machine.failure = failure;
  tally_.failed.add();
  tally_.failures[static_cast<std::size_t>(failure)].add();
  ++interval_at(now).failed;
  finish(local, MachineState::failed, now);
}

void Squad::finish(std::uint32_t local, MachineState state, base::Time now) {
  Machine& machine = machines_[local];
  machine.state = state;
  machine.stage_begun = now;
  machine.timer = base::kNever;
  machine.is_streaming = false;
  ++over_;
  // A booted machine still answers repeats of its last block, as its deadline says.
  arm(local);
}

bool Squad::dies_now(std::uint32_t local) const {
  return !dies_in_.empty() && !machines_[local].has_died &&
         dies_in_[local] == machines_[local].stage;
}

void Squad::die(std::uint32_t local, base::Time now) {
  const auto restart_after = plan_.scenario().deaths.restart_after;
  if (!restart_after) return fail(local, Failure::died, now);
  machines_[local].has_died = true;
  switch_off(local, *restart_after, now);
}

void Squad::switch_off(std::uint32_t local, base::Duration pause, base::Time now) {
  Machine& machine = machines_[local];
  stage_tally(machine).failed.add();
  machine.is_streaming = false;
  machine.state = MachineState::off;
  machine.timer = now + pause;
  arm(local);
}

void Squad::arm(std::uint32_t local) {
  const Machine& machine = machines_[local];
  base::Time deadline = machine.timer;
  if (machine.state == MachineState::working) {
    deadline = std::min({deadline, machine.dhcp.deadline(), machine.tftp.deadline()});
  }
  if (deadline != base::kNever) wheel_.arm(local, deadline);
}

void Squad::stop(base::Time now, Failure why) {
  for (std::uint32_t local = 0; local < machine_count_; ++local) {
    if (machines_[local].is_over()) continue;
    const bool was_on = machines_[local].powered_on != base::Time{};
    fail(local, was_on ? why : Failure::never_on, now);
  }
}

}  // namespace stentor::storm
