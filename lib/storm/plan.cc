// SPDX-License-Identifier: BSD-3-Clause
#include "storm/plan.h"

#include "storm/mix.h"

namespace stentor::storm {
namespace {

// Seeds of what a machine is like, each its own stream.
constexpr std::uint64_t kDeathStream = 0x6465617468;

}  // namespace

MachinePlan Plan::machine(std::uint32_t number) const {
  std::size_t index = 0;
  while (number - groups_[index].first >= groups_[index].machines) ++index;
  const GroupPlan& group = groups_[index];
  const std::uint32_t member = number - group.first;
  MachinePlan machine{.number = number,
                      .group = static_cast<std::uint8_t>(index),
                      .mac = group.macs.empty()
                                 ? wire::MacAddress::of_number(group.mac_first + member)
                                 : group.macs[member],
                      .profile = group.profiles[member % group.profiles.size()],
                      .power_on = arrivals_[number]};
  if (!group.vlans.empty()) machine.vlan = group.vlans[member % group.vlans.size()];
  if (!group.relays.empty()) {
    machine.relay = group.relays[member % group.relays.size()];
    machine.vlan = relays_[machine.relay].vlan;
  }
  const std::uint64_t chance = mixed(scenario_.seed ^ kDeathStream, number);
  if (as_unit(chance) < scenario_.deaths.probability) {
    machine.dies_in = static_cast<std::uint8_t>(mixed(chance) % group.stages.size());
  }
  return machine;
}

std::uint16_t Plan::find_relay(wire::Ipv4Address address, std::uint16_t vlan) const {
  for (std::size_t i = 0; i < relays_.size(); ++i) {
    if (relays_[i].address == address && relays_[i].vlan == vlan) {
      return static_cast<std::uint16_t>(i);
    }
  }
  return kNoRelay;
}

std::size_t Plan::slot_of(std::uint64_t mac, std::size_t slots) {
  return static_cast<std::size_t>(mixed(mac)) & (slots - 1);
}

std::uint32_t Plan::find_listed(std::uint64_t mac) const {
  if (mac == 0) return kNoMachine;
  for (std::size_t at = slot_of(mac, listed_.size());; at = (at + 1) & (listed_.size() - 1)) {
    if (listed_[at].mac == mac) return listed_[at].number;
    if (listed_[at].mac == 0) return kNoMachine;
  }
}

}  // namespace stentor::storm
