// SPDX-License-Identifier: BSD-3-Clause
// Goal: what machines are known by is read as it is sent, in each way that operators write it.
#include "config/host_identifier.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

TEST(HostIdentifier, TellsWholeMacAddressesFromParts) {
  const wire::MacAddress mac{{0x52, 0x54, 0, 0x12, 0x34, 0x56}};
  EXPECT_EQ(whole_mac(pattern_of(mac)), mac);
  EXPECT_TRUE(pattern_of(mac).matches(mac));
  EXPECT_EQ(whole_mac(*MacPattern::parse("52:54:00:12:34:56")), mac);
  EXPECT_FALSE(whole_mac(*MacPattern::parse("52:54:*")));
  EXPECT_FALSE(whole_mac(*MacPattern::parse("52:54:00:12:34:5?")));
}

TEST(HostIdentifier, ReadsClientIdentifiers) {
  const IdentifierBytes expected{0x01, 0x52, 0xaf};
  for (const char* text : {"0152af", "01:52:AF", "01-52-af", "0x0152af", "0x01:52:af"}) {
    EXPECT_EQ(parse_client_id(text), expected) << text;
  }
  for (const char* text :
       {"", "01", "0152a", "01:52:a", "01:52-af", "01:52:", ":01:52", "xy01", "01 52"}) {
    EXPECT_FALSE(parse_client_id(text)) << text;
  }
  EXPECT_TRUE(parse_client_id(std::string(510, 'a')));
  EXPECT_FALSE(parse_client_id(std::string(512, 'a')));
}

TEST(HostIdentifier, ReadsUuids) {
  const auto uuid = parse_uuid("4c4c4544-0042-3510-8052-B4C04F4D3732");
  ASSERT_TRUE(uuid);
  EXPECT_EQ((*uuid)[0], 0x4c);
  EXPECT_EQ((*uuid)[15], 0x32);
  EXPECT_EQ(parse_uuid("4c4c4544004235108052b4c04f4d3732"), uuid);
  for (const char* text :
       {"", "4c4c4544-0042-3510-8052-b4c04f4d373", "4c4c4544-0042-3510-8052b-4c04f4d3732",
        "4c4c4544-0042-3510-8052-b4c04f4d373x", "4c4c454400423510-8052b4c04f4d3732"}) {
    EXPECT_FALSE(parse_uuid(text)) << text;
  }
}

TEST(HostIdentifier, TurnsTheFirstPartsOfAUuid) {
  const auto uuid = *parse_uuid("00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(turned(uuid), parse_uuid("33221100-5544-7766-8899-aabbccddeeff"));
  EXPECT_EQ(turned(turned(uuid)), uuid);
}

TEST(HostIdentifier, KnowsUuidsOfNobody) {
  EXPECT_TRUE(is_nobody(*parse_uuid("00000000-0000-0000-0000-000000000000")));
  EXPECT_TRUE(is_nobody(*parse_uuid("ffffffff-ffff-ffff-ffff-ffffffffffff")));
  EXPECT_FALSE(is_nobody(*parse_uuid("11111111-1111-1111-1111-111111111111")));
  EXPECT_FALSE(is_nobody(*parse_uuid("00000000-0000-0000-0000-000000000001")));
}

TEST(HostIdentifier, ReadsWhatRelayAgentsSayAsTextOrBytes) {
  EXPECT_EQ(parse_relay_identifier("ge-0/0/1"),
            (IdentifierBytes{'g', 'e', '-', '0', '/', '0', '/', '1'}));
  EXPECT_EQ(parse_relay_identifier("0x0a1B"), (IdentifierBytes{0x0a, 0x1b}));
  EXPECT_FALSE(parse_relay_identifier("0x0a1"));
  EXPECT_FALSE(parse_relay_identifier("0x"));
  EXPECT_FALSE(parse_relay_identifier(""));
  EXPECT_FALSE(parse_relay_identifier(std::string(256, 'a')));
}

}  // namespace
}  // namespace stentor::config
