// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/address_server.h"

#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

using namespace std::chrono_literals;

// The lease table outlives a reload: a table with the leases of before, and a policy of after, that
// reserves `address` for the client whose MAC ends in 9. Both manage the same addresses.
class ReservedLater : public ExchangeTest {
 protected:
  static constexpr std::uint8_t kHolder = 1;

  // The example's reservation of 10.20.16.15 is for this MAC; before the reload it was nobody's.
  static support::DhcpSpec from_reserved(support::DhcpSpec spec) {
    spec.chaddr = {0x52, 0x54, 0, 0, 0, 0x15};
    return spec;
  }

  // Somebody else's lease of the reserved address, as the table has it from before.
  void lease_to_holder(base::Time expiry) {
    const support::DhcpBytes mac{0x52, 0x54, 0, 0, 1, kHolder};
    const Policy& policy = server_.policy();
    const auto owner =
        lease::owner_of(policy.owner_key(), policy.subnet(0).owner_network, kHtypeEthernet, mac);
    ASSERT_TRUE(
        server_.leases().bind(owner, support::address("10.20.16.15"), arrival_.now, expiry));
  }
};

TEST_F(ReservedLater, gets_another_address_until_the_holder_is_refused_at_its_renewal) {
  // Goal: DESIGN section 5: nobody is thrown out, nobody has to wait, and the reservation wins.
  lease_to_holder(arrival_.now + 1h);
  EXPECT_EQ(reply_to(from_reserved(message(kDiscover))).yiaddr(), "10.20.16.10");
  EXPECT_EQ(type_of(reply_to(from_reserved(request_of("10.20.16.10")))), kAck);

  support::DhcpSpec renewal = message(kRequest, kHolder);
  renewal.ciaddr = "10.20.16.15";
  EXPECT_EQ(type_of(reply_to(renewal)), kNak);

  EXPECT_EQ(reply_to(from_reserved(message(kDiscover))).yiaddr(), "10.20.16.15");
  EXPECT_EQ(type_of(reply_to(from_reserved(request_of("10.20.16.15")))), kAck);
}

TEST_F(ReservedLater, gets_it_when_the_holders_lease_has_expired) {
  // Goal: an expired lease keeps nobody from a reservation.
  lease_to_holder(arrival_.now + 1s);
  EXPECT_EQ(reply_to(from_reserved(message(kDiscover))).yiaddr(), "10.20.16.10");
  arrival_.now += 10min;
  EXPECT_EQ(reply_to(from_reserved(message(kDiscover))).yiaddr(), "10.20.16.15");
}

TEST_F(ReservedLater, moves_at_its_next_start_and_not_while_it_runs) {
  // Goal: a running machine keeps its address; one that reboots is told to ask anew.
  lease_to_holder(arrival_.now + 1s);
  EXPECT_EQ(reply_to(from_reserved(message(kDiscover))).yiaddr(), "10.20.16.10");
  EXPECT_EQ(type_of(reply_to(from_reserved(request_of("10.20.16.10")))), kAck);
  arrival_.now += 10min;
  support::DhcpSpec renewal = from_reserved(message(kRequest));
  renewal.ciaddr = "10.20.16.10";
  EXPECT_EQ(type_of(reply_to(renewal)), kAck);
  support::DhcpSpec reboot = from_reserved(message(kRequest));
  reboot.options.push_back({50, support::address_value("10.20.16.10")});
  EXPECT_EQ(type_of(reply_to(reboot)), kNak);
  EXPECT_EQ(reply_to(from_reserved(message(kDiscover))).yiaddr(), "10.20.16.15");
}

TEST_F(ReservedLater, is_not_kept_by_its_holders_next_discover) {
  // Goal: the holder itself gets an address that it may have when it asks anew.
  lease_to_holder(arrival_.now + 1h);
  EXPECT_EQ(reply_to(message(kDiscover, kHolder)).yiaddr(), "10.20.16.10");
}

// A reload after which nothing covers an address that somebody holds.
class UncoveredLater : public ExchangeTest {
 protected:
  void lease(std::string_view address) {
    const auto offer = reply_to(message(kDiscover));
    ASSERT_EQ(offer.yiaddr(), address);
    ASSERT_EQ(type_of(reply_to(request_of(address))), kAck);
  }
  support::DhcpSpec renewal(std::string_view address) {
    support::DhcpSpec spec = message(kRequest);
    spec.ciaddr = address;
    arrival_.source = support::address(address);
    arrival_.destination = support::address("10.20.0.2");
    return spec;
  }
  void reload_without_subnet(std::string_view network) {
    config::Settings settings = support::example_settings();
    std::erase_if(settings.dhcp.subnets, [&](const config::Subnet& subnet) {
      return subnet.prefix.address == support::address(network);
    });
    server_.reload(settings);
  }
  [[nodiscard]] bool is_bound(std::string_view address) {
    return server_.leases().at(support::address(address))->is_bound_at(arrival_.now);
  }
};

TEST_F(UncoveredLater, is_refused_at_its_renewal_when_its_pool_has_moved) {
  lease("10.20.16.10");
  config::Settings settings = support::example_settings();
  settings.dhcp.subnets[0].pools = {
      {.range = {support::address("10.20.16.16"), support::address("10.20.16.19")}}};
  server_.reload(settings);
  EXPECT_EQ(type_of(reply_to(renewal("10.20.16.10"))), kNak);
  EXPECT_FALSE(is_bound("10.20.16.10"));
}

TEST_F(UncoveredLater, is_refused_at_its_renewal_when_its_subnet_is_gone_and_then_forgotten) {
  lease("10.20.16.10");
  reload_without_subnet("10.20.0.0");
  EXPECT_EQ(type_of(reply_to(renewal("10.20.16.10"))), kNak);
  EXPECT_EQ(route_.destination, wire::Ipv4Address{0xffffffff});
  EXPECT_FALSE(is_bound("10.20.16.10"));
  EXPECT_EQ(server_.journal().change.state, lease::State::free);
  EXPECT_EQ(drop_of(renewal("10.20.16.10")), "dhcp_no_subnet");
  EXPECT_EQ(drop_of(renewal("10.20.16.11")), "dhcp_no_subnet") << "nobody has a lease of it";
  EXPECT_EQ(drop_of(message(kDiscover)), "dhcp_no_subnet");
}

TEST_F(UncoveredLater, is_told_by_unicast_behind_a_router) {
  // Goal: who was behind a relay agent renews past it, and hears no broadcast of our link.
  support::DhcpSpec discover = message(kDiscover);
  discover.giaddr = "10.23.0.1";
  ASSERT_EQ(reply_to(discover).yiaddr(), "10.23.16.10");
  support::DhcpSpec request = request_of("10.23.16.10");
  request.giaddr = "10.23.0.1";
  ASSERT_EQ(type_of(reply_to(request)), kAck);
  reload_without_subnet("10.23.0.0");
  EXPECT_EQ(type_of(reply_to(renewal("10.23.16.10"))), kNak);
  EXPECT_EQ(route_.destination, support::address("10.23.16.10"));
  EXPECT_FALSE(is_bound("10.23.16.10"));
  EXPECT_EQ(drop_of(renewal("10.23.16.10")), "dhcp_unknown_client");
}

class AddressServerTest : public ExchangeTest {};

TEST_F(AddressServerTest, binds_until_the_time_that_the_ack_says) {
  // Goal: the table's expiry and option 51 are one number.
  const auto offer = reply_to(message(kDiscover));
  const auto ack = reply_to(request_of(offer.yiaddr()));
  ASSERT_EQ(type_of(ack), kAck);
  const auto record = server_.leases().at(support::address(ack.yiaddr()));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->state, lease::State::bound);
  EXPECT_EQ(record->expiry, arrival_.now + 1h);
}

TEST_F(AddressServerTest, holds_an_offer_for_as_long_as_configured) {
  // Goal: offer-hold is obeyed, and the address is free again behind it.
  const auto offer = reply_to(message(kDiscover));
  const auto record = server_.leases().at(support::address(offer.yiaddr()));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->state, lease::State::offered);
  EXPECT_EQ(record->expiry, arrival_.now + 60s);
}

TEST_F(AddressServerTest, sends_no_frame_to_a_ciaddr_that_it_did_not_grant) {
  // Goal: a REQUEST with a forged ciaddr cannot aim the ACK at a third party.
  const auto offer = reply_to(message(kDiscover));
  support::DhcpSpec request = request_of(offer.yiaddr());
  request.ciaddr = "255.255.255.255";
  const auto ack = reply_to(request);
  EXPECT_EQ(type_of(ack), kAck);
  EXPECT_EQ(ack.ciaddr(), "0.0.0.0");
  EXPECT_EQ(route_.destination, support::address(offer.yiaddr()));
}

}  // namespace
}  // namespace stentor::dhcp
