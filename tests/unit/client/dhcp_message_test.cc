// SPDX-License-Identifier: BSD-3-Clause
// Goal: a message patched from a template is, byte for byte, the one that is written.
#include "client/dhcp_message.h"

#include <gtest/gtest.h>

#include "client/boot_profile.h"

namespace stentor::client {
namespace {

using Buffer = std::array<std::uint8_t, kDhcpMessageBytes>;

TEST(DhcpMessageTest, ATemplateWritesWhatTheWriterWrites) {
  // Goal: for every profile, every message of it, with every field set.
  const DhcpIdentity identity{.mac = {{2, 3, 4, 5, 6, 7}}, .uuid = {9, 8, 7, 6, 5, 4, 3, 2, 1}};
  for (const BootProfile& profile : kBootProfiles) {
    const DhcpTemplates templates(profile.dhcp);
    for (const bool holds_address : {false, true}) {
      for (const DhcpType type : {DhcpType::discover, DhcpType::request}) {
        if (type == DhcpType::discover && holds_address) continue;
        const DhcpRequestFields fields{.type = type,
                                       .holds_address = holds_address,
                                       .xid = 0xdeadbeef,
                                       .secs = 77,
                                       .address = wire::Ipv4Address{0x0a141005},
                                       .server = wire::Ipv4Address{0x0a140002}};
        Buffer written{};
        Buffer patched{};
        const std::size_t length = write_dhcp_message(profile.dhcp, identity, fields, written);
        ASSERT_GE(length, 300u);
        EXPECT_EQ(templates.write(identity, fields, patched), length) << profile.name;
        EXPECT_EQ(patched, written) << profile.name;
      }
    }
  }
}

TEST(DhcpMessageTest, ATemplateKnowsItsLimits) {
  // Goal: another type and a short buffer are refused, not written in part.
  const DhcpTemplates templates(DhcpProfile{});
  Buffer out{};
  EXPECT_EQ(templates.write({}, {.type = DhcpType::release, .address = {}, .server = {}}, out), 0u);
  EXPECT_EQ(templates.write({}, {.address = {}, .server = {}}, base::MutableBytes(out).first(299)),
            0u);
  EXPECT_EQ(write_dhcp_message(DhcpProfile{}, {}, {.address = {}, .server = {}},
                               base::MutableBytes(out).first(250)),
            0u);
}

}  // namespace
}  // namespace stentor::client
