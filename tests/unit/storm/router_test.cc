// SPDX-License-Identifier: BSD-3-Clause
// Goal: each kind of frame finds its machine, or nobody; a frame of any length is safe.
#include "storm/router.h"

#include <gtest/gtest.h>

#include "storm/plan_setup.h"
#include "support/dhcp_builder.h"
#include "support/frame_builder.h"

namespace stentor::storm {
namespace {

using support::ByteVector;

constexpr std::string_view kMachineMac = "02:53:54:00:00:02";
constexpr std::string_view kRelayMac = "06:00:00:00:00:00";

class RouterTest : public testing::Test {
 protected:
  static Scenario scenario() {
    Scenario scenario;
    scenario.server = wire::Ipv4Address::parse(support::kServerAddress);
    scenario.groups[0].machines = 4;
    scenario.groups[0].relays = {{*wire::Ipv4Address::parse("10.21.0.1"), "eth0"}};
    return scenario;
  }
  RouterTest() {
    ledger_.claim(*wire::Ipv4Address::parse("10.21.16.5"), 3, base::Time{}, base::kNever);
  }

  Route route(const ByteVector& frame) { return router_.route(frame); }
  void expect_machine(std::uint32_t machine, const ByteVector& frame) {
    EXPECT_EQ(static_cast<int>(route(frame).kind), static_cast<int>(Route::Kind::machine));
    EXPECT_EQ(route(frame).machine, machine);
  }
  void expect(Route::Kind kind, const ByteVector& frame) {
    EXPECT_EQ(static_cast<int>(route(frame).kind), static_cast<int>(kind));
  }
  static ByteVector offer_to(std::string_view mac, std::string_view address, std::uint16_t port) {
    support::DhcpSpec spec;
    spec.op = 2;
    spec.chaddr = support::mac_bytes(kMachineMac);
    return support::udp_frame({.destination = mac, .source = support::kServerMac},
                              {.source = support::kServerAddress, .destination = address},
                              {67, port}, support::dhcp_message(spec));
  }
  static ByteVector arp(std::string_view target, std::uint16_t operation = 1,
                        std::string_view to = support::kBroadcastMac) {
    return support::arp_frame({.destination = to, .source = support::kServerMac},
                              {.operation = operation,
                               .sender_mac = support::kServerMac,
                               .sender = support::kServerAddress,
                               .target = target});
  }

  std::unique_ptr<const Plan> plan_ = *make_plan(scenario(), {});
  AddressLedger ledger_{4};
  Router router_{*plan_, ledger_};
};

TEST_F(RouterTest, UnicastGoesByMac) {
  // Goal: whatever it carries.
  expect_machine(2, offer_to(kMachineMac, "10.20.16.9", 68));
  expect_machine(2, arp("10.20.16.9", 2, kMachineMac));
  expect(Route::Kind::nobody, offer_to("02:53:54:00:00:04", "10.20.16.9", 68));
}

TEST_F(RouterTest, BroadcastDhcpGoesByChaddr) {
  expect_machine(2, offer_to(support::kBroadcastMac, "255.255.255.255", 68));
  expect(Route::Kind::nobody, offer_to(support::kBroadcastMac, "255.255.255.255", 67));
}

TEST_F(RouterTest, WhatComesToARelayGoesToItsMachine) {
  // Goal: DHCP to giaddr by chaddr, all else by the address that the ledger knows.
  expect_machine(2, offer_to(kRelayMac, "10.21.0.1", 67));
  const ByteVector block(40);
  const auto data = [&](std::string_view address) {
    return support::udp_frame({.destination = kRelayMac, .source = support::kServerMac},
                              {.source = support::kServerAddress, .destination = address},
                              {50'000, 2070}, block);
  };
  expect_machine(3, data("10.21.16.5"));
  expect(Route::Kind::nobody, data("10.21.16.6"));
}

TEST_F(RouterTest, ArpGoesToWhoHoldsTheAddress) {
  // Goal: a machine, a relay; nobody else's; replies and announcements to any core.
  expect_machine(3, arp("10.21.16.5"));
  expect(Route::Kind::nobody, arp("10.21.16.6"));
  expect(Route::Kind::arp, arp("10.21.0.1"));
  expect(Route::Kind::arp, arp("10.21.0.1", 2, kRelayMac));
  expect(Route::Kind::arp, arp(support::kServerAddress));
}

TEST_F(RouterTest, AFrameOfAnyLengthIsSafe) {
  // Goal: no read outside (ASan), whatever is cut off.
  for (const ByteVector& whole : {offer_to(kRelayMac, "10.21.0.1", 67), arp("10.21.16.5"),
                                  offer_to(support::kBroadcastMac, "255.255.255.255", 68)}) {
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
      const ByteVector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
      [[maybe_unused]] const Route found = route(cut);
    }
  }
}

}  // namespace
}  // namespace stentor::storm
