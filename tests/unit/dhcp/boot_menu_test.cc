// SPDX-License-Identifier: BSD-3-Clause
// Goal: a menu is encoded as PXE 2.1 table 2-1 says, byte for byte.
#include "dhcp/boot_menu.h"

#include <gtest/gtest.h>

namespace stentor::dhcp {
namespace {

TEST(BootMenu, stands_in_option_43_as_pxe_has_it) {
  config::BootMenu menu;
  menu.prompt = "F8";
  menu.timeout_seconds = 5;
  menu.items = {{.name = "A", .type = 0x8000, .file = config::BootTarget{"a", {}}},
                {.name = "BC", .type = 1, .boot_server = wire::Ipv4Address{0x0a000009}},
                {.name = "D", .type = 0}};
  const BootMenu made = encode_menu(menu);
  const std::vector<std::uint8_t> expected{
      6,  1,  3,                                                         // control
      8,  14, 0x80, 0,   1,   0,   0, 0, 0, 0,   1,   1, 10, 0, 0,   9,  // servers
      9,  13, 0x80, 0,   1,   'A', 0, 1, 2, 'B', 'C', 0, 0,  1, 'D',     // items
      10, 3,  5,    'F', '8',                                            // prompt
      255};
  EXPECT_EQ(made.options, expected);
  EXPECT_EQ(made.own_places, std::vector<std::uint8_t>{8});
  EXPECT_TRUE(made.items.empty());
}

TEST(BootMenu, of_local_items_alone_lists_no_servers) {
  config::BootMenu menu;
  menu.prompt = "p";
  menu.items = {{.name = "D"}};
  EXPECT_EQ(encode_menu(menu).options,
            (std::vector<std::uint8_t>{6, 1, 3, 9, 4, 0, 0, 1, 'D', 10, 2, 10, 'p', 255}));
}

}  // namespace
}  // namespace stentor::dhcp
