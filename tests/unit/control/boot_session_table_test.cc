// SPDX-License-Identifier: BSD-3-Clause
// Goal: each machine is found by its MAC address and by its address, and when there are too many
// the one goes that was heard longest ago.
#include "control/boot_session_table.h"

#include <gtest/gtest.h>

#include "sighting_builder.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using sighting::Seen;
using sighting::Sighting;

constexpr base::HashKey kTableKey{1, 2};

wire::MacAddress mac_of(std::uint64_t machine) { return wire::MacAddress::of_number(machine); }

Sighting of_machine(std::uint32_t machine, base::Duration after, Seen seen = Seen::bound) {
  Sighting sighting = seen_at(after, seen);
  sighting.glimpse.mac = mac_of(machine);
  sighting.glimpse.address = wire::Ipv4Address{0x0a000000 + machine};
  return sighting;
}

void take(BootSessionTable& table, Sighting seen) { table.take({&seen, 1}); }

TEST(BootSessionTable, FindsAMachineByItsMacAndItsAddress) {
  BootSessionTable table(kTableKey);
  take(table, seen_at(0s, Seen::bound));
  EXPECT_TRUE(table.find(kMachine));
  EXPECT_TRUE(table.find(kAddress));
  EXPECT_FALSE(table.find(mac_of(9)));
  EXPECT_FALSE(table.find(wire::Ipv4Address{9}));
}

TEST(BootSessionTable, PutsATransferToWhoHasTheAddress) {
  BootSessionTable table(kTableKey);
  take(table, seen_at(0s, Seen::bound));
  Sighting begun = transfer_at(1s, Seen::begun, "grubx64.efi");
  begun.glimpse.mac = mac_of(99);  // a router that answers for its clients
  take(table, begun);
  EXPECT_EQ(table.slots(), 1u);
  const auto row = table.find(kMachine);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->file, "grubx64.efi");
  EXPECT_EQ(row->session.stage, Stage::loading);
}

// Sightings are lost in a storm, and the address may have been another's before.
TEST(BootSessionTable, LeavesWhoseACompletionIsToWhoToldIt) {
  BootSessionTable table(kTableKey);
  take(table, seen_at(0s, Seen::bound));
  std::vector<Sighting> seen{transfer_at(1s, Seen::completed, "wipe", 1000),
                             transfer_at(1s, Seen::completed, "wipe", 1000)};
  seen[1].glimpse.mac = mac_of(7);
  table.take(seen);
  EXPECT_EQ(seen[0].glimpse.mac, kMachine);
  EXPECT_EQ(seen[1].glimpse.mac, mac_of(7));
}

TEST(BootSessionTable, KnowsWhoNeverAskedForAnAddressByItsOwn) {
  BootSessionTable table(kTableKey);
  take(table, transfer_at(0s, Seen::completed, "a", 1000));
  EXPECT_EQ(table.slots(), 0u) << "of a transfer that began unseen";
  take(table, transfer_at(0s, Seen::begun, "a"));
  take(table, transfer_at(1s, Seen::completed, "a", 1000));
  const auto row = table.find(kAddress);
  ASSERT_TRUE(row);
  EXPECT_TRUE(row->session.mac.is_zero());
  EXPECT_EQ(row->session.stage, Stage::loaded);
}

TEST(BootSessionTable, LeavesOutWhoIsNobody) {
  BootSessionTable table(kTableKey);
  Sighting seen = seen_at(0s, Seen::unanswered);
  seen.glimpse.mac = {};
  seen.glimpse.address = {};
  take(table, seen);
  EXPECT_EQ(table.slots(), 0u);
}

TEST(BootSessionTable, GivesAnAddressToWhoHadItLast) {
  BootSessionTable table(kTableKey);
  Sighting second = of_machine(2, 1s);
  second.glimpse.address = wire::Ipv4Address{0x0a000001};
  take(table, of_machine(1, 0s));
  take(table, second);
  EXPECT_EQ(table.find(wire::Ipv4Address{0x0a000001})->session.mac, mac_of(2));
  take(table, of_machine(1, 2s, Seen::released));
  take(table, of_machine(2, 3s));
  EXPECT_EQ(table.find(wire::Ipv4Address{0x0a000002})->session.mac, mac_of(2));
}

TEST(BootSessionTable, BeginsAnewInThePlaceOfTheOld) {
  BootSessionTable table(kTableKey);
  take(table, seen_at(0s, Seen::bound));
  take(table, transfer_at(1s, Seen::begun, "a"));
  take(table, transfer_at(2s, Seen::completed, "a", 1000));
  take(table, seen_at(3s, Seen::offered));
  EXPECT_EQ(table.slots(), 1u);
  EXPECT_EQ(table.begun(), 2u);
  const auto row = table.find(kMachine);
  EXPECT_EQ(row->session.began, kDawn + 3s);
  EXPECT_EQ(row->file, "");
}

TEST(BootSessionTable, LetsGoOfWhoWasHeardLongestAgo) {
  BootSessionTable table(kTableKey, 3);
  for (std::uint32_t machine = 1; machine <= 3; ++machine) take(table, of_machine(machine, 0s));
  take(table, of_machine(1, 1s));
  take(table, of_machine(4, 2s));
  EXPECT_EQ(table.slots(), 3u);
  EXPECT_FALSE(table.find(mac_of(2)));
  EXPECT_FALSE(table.find(wire::Ipv4Address{0x0a000002}));
  for (const std::uint64_t machine : {1u, 3u, 4u}) EXPECT_TRUE(table.find(mac_of(machine)));
}

TEST(BootSessionTable, ShowsThoseThatAreWanted) {
  BootSessionTable table(kTableKey);
  for (std::uint32_t machine = 1; machine <= 5; ++machine) {
    take(table, of_machine(machine, 0s, machine == 4 ? Seen::offered : Seen::bound));
  }
  const auto is_offered = [](const BootSession& each) { return each.stage == Stage::offered; };
  const auto rows = table.rows(0, 5, is_offered);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].slot, 3u);
  EXPECT_TRUE(table.rows(0, 3, is_offered).empty());
  EXPECT_TRUE(table.rows(4, 5, is_offered).empty());
}

}  // namespace
}  // namespace stentor::control
