// SPDX-License-Identifier: BSD-3-Clause
// Goal: reservations: by what a machine is known, each name once in a network.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_reservations(const std::string& reservations) {
  return minimal_with("dhcp: {subnets: [{subnet: 10.0.0.0/24, reservations: [" + reservations +
                      "]}]}\n");
}

Reservation reservation_of(const std::string& keys) {
  const Settings settings = settings_of(with_reservations("{hostname: a, " + keys + "}"));
  return settings.dhcp.subnets.empty() ? Reservation()
                                       : settings.dhcp.subnets[0].reservations.at(0);
}

std::string reservation_refusal(const std::string& keys) {
  return finding(with_reservations("{hostname: a, " + keys + "}"));
}

TEST(SectionReservation, ReadsEveryKindOfName) {
  const Reservation one = reservation_of(
      "mac: [\"52:54:00:00:00:01\", \"52:54:01:*\"], client-id: \"01:02\", uuid: "
      "4c4c4544-0042-3510-8052-b4c04f4d3732, circuit-id: \"ge-0/0/1\", remote-id: \"0x0a0b\"");
  ASSERT_EQ(one.host.macs.size(), 2u);
  EXPECT_TRUE(whole_mac(one.host.macs[0]));
  EXPECT_FALSE(whole_mac(one.host.macs[1]));
  EXPECT_EQ(one.host.client_id, (IdentifierBytes{1, 2}));
  EXPECT_EQ(one.host.uuid->at(0), 0x4c);
  EXPECT_EQ(one.host.circuit_id.size(), 8u);
  EXPECT_EQ(one.host.remote_id, (IdentifierBytes{10, 11}));
}

TEST(SectionReservation, WantsAName) {
  EXPECT_EQ(finding(with_reservations("{address: 10.0.0.9}")),
            "dhcp.subnets[0].reservations[0]: it is for nobody; give it a mac, client-id, uuid, "
            "circuit-id or remote-id");
}

TEST(SectionReservation, RefusesNamesOfNobody) {
  const std::string uuid = "dhcp.subnets[0].reservations[0].uuid: ";
  EXPECT_EQ(reservation_refusal("uuid: ffffffff-ffff-ffff-ffff-ffffffffffff"),
            uuid +
                "'ffffffff-ffff-ffff-ffff-ffffffffffff': boards without a UUID of their own say "
                "this one; name the machine by its MAC address");
  EXPECT_TRUE(reservation_refusal("uuid: abc").starts_with(uuid));
  EXPECT_TRUE(reservation_refusal("client-id: 1")
                  .starts_with("dhcp.subnets[0].reservations[0].client-id: "));
  EXPECT_TRUE(reservation_refusal("circuit-id: \"0x1\"")
                  .starts_with("dhcp.subnets[0].reservations[0].circuit-id: "));
  EXPECT_TRUE(reservation_refusal("mac: []").starts_with("dhcp.subnets[0].reservations[0].mac: "));
}

TEST(SectionReservation, GivesAnAddressToOneMachine) {
  EXPECT_EQ(reservation_refusal("mac: \"52:54:*\", address: 10.0.0.9"),
            "dhcp.subnets[0].reservations[0].address: '10.0.0.9': an address is for one machine, "
            "and these MAC addresses are of many; name one whole, or remove the address");
  EXPECT_TRUE(
      findings(with_reservations("{mac: [\"52:54:*\", \"52:55:00:00:00:01\"], address: 10.0.0.9}"))
          .empty());
}

TEST(SectionReservation, WantsEachNameOnce) {
  const auto twice = [](const std::string& first, const std::string& second) {
    return finding(
        with_reservations("{hostname: a, " + first + "}, {hostname: b, " + second + "}"));
  };
  const std::string place = "dhcp.subnets[0].reservations[1]";
  EXPECT_EQ(twice("mac: [\"52:54:00:00:00:01\", \"52:54:00:00:00:02\"]", "mac: 52-54-00-00-00-02"),
            place +
                ".mac: '52-54-00-00-00-02': the reservation in line 6 has this MAC address; join "
                "them");
  EXPECT_EQ(twice("client-id: \"01:02\"", "client-id: \"0102\""),
            place + ": the reservation in line 6 has this client-id; join them");
  EXPECT_EQ(twice("uuid: 00112233-4455-6677-8899-aabbccddeeff",
                  "uuid: 33221100-5544-7766-8899-aabbccddeeff"),
            place + ": the reservation in line 6 has this UUID; join them");
  EXPECT_EQ(twice("circuit-id: a, remote-id: b", "circuit-id: a, remote-id: b"),
            place + ": the reservation in line 6 has this circuit-id and remote-id; join them");
  EXPECT_TRUE(twice("circuit-id: a, remote-id: b", "circuit-id: a").starts_with("0 findings"));
  EXPECT_TRUE(twice("circuit-id: a", "remote-id: a").starts_with("0 findings"));
}

TEST(SectionReservation, BoundsMacAddressesWithWildcards) {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    const std::string part =
        std::string(1, "0123456789abcdef"[i / 16]) + "0123456789abcdef"[i % 16];
    all += "{hostname: a, mac: \"52:54:" + part + ":*\"}, ";
  }
  EXPECT_TRUE(findings(with_reservations(all)).empty());
  EXPECT_NE(finding(with_reservations(all + "{hostname: a, mac: \"52:55:*\"}"))
                .find("more than 256 MAC addresses with wildcards"),
            std::string::npos);
}

TEST(SectionReservation, ReadsHowASubnetKnowsItsClients) {
  const auto subnet = [](const std::string& keys) {
    return minimal_with("dhcp: {subnets: [{subnet: 10.0.0.0/24, pools: [10.0.0.9], " + keys +
                        "}]}\n");
  };
  EXPECT_FALSE(settings_of(subnet("identify-by: hardware")).dhcp.subnets[0].identify_by_client_id);
  EXPECT_TRUE(settings_of(subnet("identify-by: client-id")).dhcp.subnets[0].identify_by_client_id);
  EXPECT_NE(finding(subnet("identify-by: mac")).find("identify-by: 'mac': expected hardware"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::config
