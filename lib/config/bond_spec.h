// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "config/choice.h"
#include "config/device_spec.h"

namespace stentor::config {

inline constexpr std::array kBondModes{Choice<BondMode>{"lacp", BondMode::lacp},
                                       Choice<BondMode>{"active-backup", BondMode::active_backup}};

// Why an interface of the kernel is no member, as the end of a sentence.
inline constexpr const char* kKernelBonds =
    "bond interfaces in the kernel (`ip link add bond0 type bond`), and name the bond: "
    "interface:bond0";

// Of two devices at least, none of which is an interface of the kernel or a bond itself.
[[nodiscard]] inline DeviceSpec bond_of(std::vector<DeviceSpec> members, BondMode mode) {
  DeviceSpec bond;
  bond.kind = DeviceKind::bond;
  for (const DeviceSpec& member : members) {
    bond.text += (bond.text.empty() ? "" : " + ") + member.text;
  }
  bond.name = bond.text;
  bond.members = std::move(members);
  bond.mode = mode;
  return bond;
}

}  // namespace stentor::config
