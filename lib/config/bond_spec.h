// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>
#include <vector>

#include "config/device_spec.h"

namespace stentor::config {

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
