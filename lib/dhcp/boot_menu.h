// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A menu that a boot ROM shows (PXE 2.1 section 2.3), compiled. What its user chooses the ROM asks
// of a boot server by type, on port 4011: of us, for items with a file.

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "config/limit.h"
#include "config/settings.h"
#include "dhcp/boot_target.h"

namespace stentor::dhcp {

struct BootMenu {
  struct Item {
    std::uint16_t type = 0;
    BootTarget target;
  };

  // The value of option 43. At each of `own_places` in it goes the address that the client reached
  // us at.
  std::vector<std::uint8_t> options;
  std::vector<std::uint8_t> own_places;
  std::vector<Item> items;  // those with a file, in the order of the menu
};

// Without its items' files.
BootMenu encode_menu(const config::BootMenu& menu);

}  // namespace stentor::dhcp
