// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is known of a client is found again, whole, and never for another.
#include "lease/client_store.h"

#include "table_fixture.h"

namespace stentor::lease {
namespace {

constexpr base::HashKey kKey{1, 2};

struct OwnStore {
  explicit OwnStore(OwnTable& table)
      : memory(std::calloc(1, ClientStore::bytes_needed(table.plan.slots()) + 64), &std::free),
        store(table.plan.slots(), aligned(table.plan), kKey) {}

  base::MutableBytes aligned(const Plan& plan) {
    void* at = memory.get();
    std::size_t room = ClientStore::bytes_needed(plan.slots()) + 64;
    std::align(64, ClientStore::bytes_needed(plan.slots()), at, room);
    return {static_cast<std::uint8_t*>(at), ClientStore::bytes_needed(plan.slots())};
  }

  const std::unique_ptr<void, decltype(&std::free)> memory;
  ClientStore store;
};

ClientFacts facts(std::uint64_t number) {
  ClientFacts made{.classes = number, .class_list = 7, .boot_directory = ~number};
  const auto last = static_cast<std::uint8_t>(number);
  made.mac = wire::MacAddress{{0xf2, 0x54, 0, 0, 1, last}};
  made.serial = 0xfedcba98U + last;
  return made;
}

wire::MacAddress mac(std::uint32_t number) {
  return {{2, 0, static_cast<std::uint8_t>(number >> 24), static_cast<std::uint8_t>(number >> 16),
           static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}};
}

struct ClientStoreTest : TableTest {
  ClientStore& store() {
    if (!own_store) own_store.emplace(*own);
    return own_store->store;
  }
  // The facts for an address; none: an empty class mask.
  std::optional<ClientFacts> known(wire::Ipv4Address address) {
    const auto found = store().find_lease(table(), address);
    EXPECT_TRUE(found) << "busy";
    return found.value_or(std::nullopt);
  }
  std::optional<OwnStore> own_store;
};

TEST_F(ClientStoreTest, FindsWhatWasNotedForALease) {
  make(4);
  const Lease held = lease(1, start, minutes{5});
  EXPECT_EQ(known(held.address), std::nullopt);
  EXPECT_TRUE(store().note_lease(table(), held.address, owner(1), facts(1), start));
  EXPECT_EQ(known(held.address), facts(1));
  EXPECT_EQ(known(ip(2)), std::nullopt);
  EXPECT_EQ(known(ip(99)), std::nullopt) << "outside the plan";
  EXPECT_TRUE(store().note_lease(table(), ip(99), owner(1), facts(1), start));
}

TEST_F(ClientStoreTest, KeepsAbsentFactsAbsent) {
  make(4);
  const Lease held = lease(1, start, minutes{5});
  const ClientFacts none;
  EXPECT_TRUE(store().note_lease(table(), held.address, owner(1), none, start));
  EXPECT_EQ(known(held.address), none);
  ClientFacts zero;
  zero.serial = 0;
  zero.mac = wire::MacAddress{};
  EXPECT_TRUE(store().note_lease(table(), held.address, owner(1), zero, start));
  EXPECT_EQ(known(held.address), zero) << "zero is not absent";
}

TEST_F(ClientStoreTest, ReplacesFactsThatHaveChanged) {
  make(4);
  const Lease held = lease(1, start, minutes{5});
  for (const std::uint64_t number : {1u, 1u, 2u}) {
    EXPECT_TRUE(store().note_lease(table(), held.address, owner(1), facts(number), start));
    EXPECT_EQ(known(held.address), facts(number));
  }
}

TEST_F(ClientStoreTest, ForgetsWithTheOwnerAndNotWithTheLease) {
  make(1);
  const Lease held = lease(1, start, minutes{5});
  EXPECT_TRUE(store().note_lease(table(), held.address, owner(1), facts(1), start));
  const base::Time later = start + minutes{6};
  table().sweep(later, 100);
  EXPECT_EQ(known(held.address), facts(1)) << "expired, and nobody else's";
  ASSERT_EQ(lease(2, later, minutes{5}).address, held.address);
  EXPECT_EQ(known(held.address), std::nullopt) << "another's, of whom nothing is known yet";
  EXPECT_TRUE(store().note_lease(table(), held.address, owner(1), facts(1), later));
  EXPECT_EQ(known(held.address), std::nullopt) << "a note that came too late";
  EXPECT_TRUE(store().note_lease(table(), held.address, owner(2), facts(2), later));
  EXPECT_TRUE(store().note_lease(table(), held.address, owner(1), facts(1), later));
  EXPECT_EQ(known(held.address), facts(2)) << "a late note overwrites nothing";
}

TEST_F(ClientStoreTest, ForgetsADeclinedAddress) {
  make(4);
  const Lease held = lease(1, start, minutes{5});
  EXPECT_TRUE(store().note_lease(table(), held.address, owner(1), facts(1), start));
  ASSERT_TRUE(table().decline(owner(1), held.address, start, minutes{10}));
  EXPECT_EQ(known(held.address), std::nullopt);
}

TEST_F(ClientStoreTest, FindsWhoHasNoLeaseByNetworkAndMac) {
  make(1);
  const auto found = [this](std::uint16_t network, std::uint32_t number) {
    return store().find_unleased(network, mac(number)).value();
  };
  EXPECT_EQ(found(1, 5), std::nullopt);
  EXPECT_TRUE(store().note_unleased(1, mac(5), facts(1), start));
  EXPECT_EQ(found(1, 5), facts(1));
  EXPECT_EQ(found(2, 5), std::nullopt) << "on another link";
  EXPECT_EQ(found(1, 6), std::nullopt);
  EXPECT_TRUE(store().note_unleased(1, mac(5), facts(2), start));
  EXPECT_EQ(found(1, 5), facts(2));
  EXPECT_TRUE(store().note_unleased(0, wire::MacAddress{}, facts(3), start));
  EXPECT_EQ(store().find_unleased(0, wire::MacAddress{}).value(), facts(3)) << "a key of zeros";
}

TEST_F(ClientStoreTest, ForgetsWhoWasHeardOfLongestAgoFirst) {
  // Four times as many as there is room for, in rounds: of the last round's few are missing, and
  // what is found is always right.
  make(1);
  constexpr std::uint32_t kRound = ClientStore::kUnleased / 8;
  for (std::uint32_t i = 0; i < 32 * kRound; ++i) {
    EXPECT_TRUE(store().note_unleased(0, mac(i), facts(i), start + std::chrono::microseconds{i}));
  }
  std::uint32_t newest = 0;
  std::uint32_t oldest = 0;
  for (std::uint32_t i = 0; i < 32 * kRound; ++i) {
    const auto found = store().find_unleased(0, mac(i)).value();
    if (!found) continue;
    EXPECT_EQ(found, facts(i));
    if (i >= 31 * kRound) ++newest;
    if (i < 16 * kRound) ++oldest;
  }
  EXPECT_GT(newest, kRound * 99 / 100);
  EXPECT_LT(oldest, ClientStore::kUnleased / 20)
      << "all but a few sets have been filled anew since";
}

}  // namespace
}  // namespace stentor::lease
