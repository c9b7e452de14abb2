// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Everything that a configuration gives clients to boot, wherever it stands.

#include "config/settings.h"

namespace stentor::config {

// Visits each as a BootTarget: of boot rules, items of menus, reservations and files of hosts.
template <typename Visit>
void for_each_boot_target(const Settings& settings, const Visit& visit) {
  for (const BootRule& rule : settings.boot_rules) visit(rule.target);
  for (const BootMenu& menu : settings.boot_menus) {
    for (const BootMenuItem& item : menu.items) {
      if (item.file) visit(*item.file);
    }
  }
  for (const Subnet& subnet : settings.dhcp.subnets) {
    for (const Reservation& reservation : subnet.reservations) {
      if (reservation.boot) visit(*reservation.boot);
    }
  }
  for (const std::string& file : settings.dhcp.hosts.boot_files) visit(BootTarget{file, {}});
}

}  // namespace stentor::config
