// SPDX-License-Identifier: BSD-3-Clause
#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

class ReplyAddressTest : public ExchangeTest {};

TEST_F(ReplyAddressTest, answers_a_client_at_its_hardware_address_and_not_the_frames) {
  // Goal: without ciaddr and relay, chaddr is who gets the frame (RFC 2131 section 4.1).
  arrival_.source_mac = {{2, 2, 2, 2, 2, 2}};
  reply_to(message(kDiscover, 7));
  EXPECT_EQ(route_.destination_mac, (wire::MacAddress{{0x52, 0x54, 0, 0, 1, 7}}));
}

TEST_F(ReplyAddressTest, answers_ciaddr_and_relays_at_the_frames_source) {
  // Goal: what came through a router goes back through it.
  arrival_.source_mac = {{2, 2, 2, 2, 2, 2}};
  support::DhcpSpec inform = message(8);
  inform.ciaddr = "10.20.9.9";
  reply_to(inform);
  EXPECT_EQ(route_.destination_mac, arrival_.source_mac);
  support::DhcpSpec relayed = message(kDiscover);
  relayed.giaddr = "10.21.0.1";
  reply_to(relayed);
  EXPECT_EQ(route_.destination_mac, arrival_.source_mac);
  EXPECT_EQ(route_.destination_port, kServerPort);
}

TEST_F(ReplyAddressTest, broadcasts_to_hardware_that_is_no_ethernet_station) {
  // Goal: a group address, or another hardware type, never becomes a frame's destination.
  support::DhcpSpec group = message(kDiscover);
  group.chaddr = {1, 0, 0x5e, 0, 0, 1};
  reply_to(group);
  EXPECT_EQ(route_.destination_mac, wire::MacAddress::broadcast());
  support::DhcpSpec other = message(kDiscover, 2);
  other.htype = 6;
  reply_to(other);
  EXPECT_EQ(route_.destination_mac, wire::MacAddress::broadcast());
  EXPECT_TRUE(route_.destination.is_broadcast());
}

TEST_F(ReplyAddressTest, answers_from_the_address_that_was_asked) {
  // Goal: a client that renews at one of our addresses hears from that one.
  arrival_.destination = support::address("10.120.0.2");
  const auto offer = reply_to(message(kDiscover));
  EXPECT_EQ(route_.source, arrival_.destination);
  EXPECT_EQ(offer.find(54), support::address_value("10.120.0.2"));
}

}  // namespace
}  // namespace stentor::dhcp
