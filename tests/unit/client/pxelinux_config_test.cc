// SPDX-License-Identifier: BSD-3-Clause
// Goal: PXELINUX's names for its configuration, as its documentation lists them for 192.0.2.91.
#include "client/pxelinux_config.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace stentor::client {
namespace {

const Asker kPxelinuxAsker{.identity = {.mac = {{0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd}},
                                        .uuid = {0xb8, 0x94, 0x59, 0x08, 0xd6, 0xa6, 0x41, 0xa9,
                                                 0x61, 0x1d, 0x74, 0xa6, 0xab, 0x80, 0xb8, 0x3d}},
                           .address = wire::Ipv4Address{0xc000025b}};

std::vector<std::string> names_of(const Asker& asker) {
  std::vector<std::string> names;
  for (std::uint8_t index = 0; index < kPxelinuxNames; ++index) {
    std::array<char, kPxelinuxNameMax> out{};
    names.emplace_back(out.data(), write_pxelinux_name(index, asker, out));
  }
  return names;
}

TEST(PxelinuxConfig, AsksInTheOrderOfTheDocumentation) {
  EXPECT_EQ(
      names_of(kPxelinuxAsker),
      (std::vector<std::string>{"pxelinux.cfg/b8945908-d6a6-41a9-611d-74a6ab80b83d",
                                "pxelinux.cfg/01-88-99-aa-bb-cc-dd", "pxelinux.cfg/C000025B",
                                "pxelinux.cfg/C000025", "pxelinux.cfg/C00002", "pxelinux.cfg/C0000",
                                "pxelinux.cfg/C000", "pxelinux.cfg/C00", "pxelinux.cfg/C0",
                                "pxelinux.cfg/C", "pxelinux.cfg/default"}));
}

TEST(PxelinuxConfig, AMachineWithoutAUuidHasNoNameOfThatKind) {
  Asker asker = kPxelinuxAsker;
  asker.identity.uuid = {};
  const auto names = names_of(asker);
  EXPECT_EQ(names[0], "");
  EXPECT_EQ(names[1], "pxelinux.cfg/01-88-99-aa-bb-cc-dd");
}

TEST(PxelinuxConfig, LeadingZerosOfTheAddressAreDigitsToo) {
  Asker asker = kPxelinuxAsker;
  asker.address = wire::Ipv4Address{0x0a000001};
  const auto names = names_of(asker);
  EXPECT_EQ(names[2], "pxelinux.cfg/0A000001");
  EXPECT_EQ(names[9], "pxelinux.cfg/0");
}

TEST(PxelinuxConfig, LooksWhereTheBootFileIs) {
  // Goal: "/mybootdir/pxelinux.0" is the documentation's example.
  EXPECT_EQ(folder_of("/mybootdir/pxelinux.0"), "/mybootdir/");
  EXPECT_EQ(folder_of("a/b/pxelinux.0"), "a/b/");
  EXPECT_EQ(folder_of("boot\\pxelinux.0"), "boot\\");
  EXPECT_EQ(folder_of("pxelinux.0"), "");
  EXPECT_EQ(folder_of(""), "");
}

}  // namespace
}  // namespace stentor::client
