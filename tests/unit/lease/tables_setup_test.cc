// SPDX-License-Identifier: BSD-3-Clause
// Goal: a table that follows another one has its leases, gives out what its own plan has and
// nothing that somebody holds, loses no address, and takes no memory for it.
#include "lease/tables_setup.h"

#include <set>

#include "base/random.h"
#include "table_fixture.h"

namespace stentor::lease {
namespace {

constexpr Table::Room kRoom{.slots = 64, .pools = 8};
constexpr PoolId kPools[] = {0};
constexpr seconds kHold{60};

class TablesTest : public ::testing::Test {
 protected:
  static Plan plan_of(std::uint32_t first, std::uint32_t last,
                      const std::vector<wire::Ipv4Address>& reserved = {}) {
    return Plan(std::vector<PoolRange>{{ip(first), ip(last)}}, reserved);
  }

  void begin(const Plan& plan) {
    const std::size_t bytes = Table::bytes_needed(plan, kRoom);
    memory_.reset(std::calloc(1, bytes + 64));
    void* at = memory_.get();
    std::size_t room = bytes + 64;
    std::align(64, bytes, at, room);
    tables_.emplace(plan, base::MutableBytes{static_cast<std::uint8_t*>(at), bytes}, kRoom);
  }
  // What a reload does while no worker is in between.
  bool follow(const Plan& plan) {
    const bool is_prepared = tables_->prepare(plan, now_).has_value();
    if (is_prepared) tables_->commit();
    tables_->settle();
    return is_prepared;
  }

  Table& table() { return tables_->current(); }
  Outcome<Lease> offer(std::uint64_t number, std::optional<wire::Ipv4Address> wanted = {}) {
    return table().offer(owner(number), kPools, wanted, now_, kHold);
  }
  Lease lease(std::uint64_t number, std::optional<wire::Ipv4Address> wanted = {},
              base::Duration length = minutes{60}) {
    const auto offered = offer(number, wanted);
    EXPECT_TRUE(offered) << "owner " << number;
    if (!offered) return {};
    return table().bind(owner(number), offered->address, now_, now_ + length).value_or(Lease{});
  }
  // All that strangers are offered, in their order.
  std::vector<std::uint32_t> offered_to_strangers() {
    std::vector<std::uint32_t> hosts;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const auto offered = offer(1'000'000 + i);
      if (!offered) break;
      hosts.push_back(offered->address.host() - ip(0).host());
    }
    for (std::uint64_t i = 0; i < hosts.size(); ++i) {
      table().withdraw_offer(owner(1'000'000 + i), now_);
    }
    return hosts;
  }

  base::Time now_ = at_second(1000);
  std::uint64_t offered_ = 0;
  std::unique_ptr<void, decltype(&std::free)> memory_{nullptr, &std::free};
  std::optional<Tables> tables_;
};

TEST_F(TablesTest, TheSameAddressesAreTheSameTable) {
  begin(plan_of(1, 9));
  const Table* before = &table();
  ASSERT_TRUE(follow(plan_of(1, 9)));
  EXPECT_EQ(&table(), before);
}

TEST_F(TablesTest, ALeaseSurvivesAPoolThatGrowsAndShrinks) {
  begin(plan_of(1, 4));
  const Lease first = lease(1);
  for (const std::uint32_t last : {20u, 2u, 30u, 1u}) {
    ASSERT_TRUE(follow(plan_of(1, last))) << last;
    const auto found = table().find(owner(1));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->address, first.address);
    EXPECT_EQ(found->version, first.version);
    EXPECT_TRUE(found->is_bound_at(now_));
    EXPECT_EQ(offered_to_strangers().size(), last - 1);
  }
}

TEST_F(TablesTest, AMovedPoolKeepsLiveLeasesFromEverybodyElse) {
  begin(plan_of(1, 4));
  for (std::uint64_t i = 1; i <= 4; ++i) lease(i);
  ASSERT_TRUE(follow(plan_of(11, 14)));
  EXPECT_EQ(offered_to_strangers().size(), 4u);
  EXPECT_TRUE(table().at(ip(2))->is_bound_at(now_));
  EXPECT_FALSE(offer(9, ip(2))->address == ip(2));
  // Back again, before they have ended: still theirs.
  ASSERT_TRUE(follow(plan_of(1, 6)));
  EXPECT_EQ(offered_to_strangers(), (std::vector<std::uint32_t>{5, 6}));
  now_ += minutes{61};
  EXPECT_EQ(offered_to_strangers().size(), 6u);
}

TEST_F(TablesTest, AReservedAddressIsItsHoldersUntilThatOneIsDone) {
  begin(plan_of(1, 4));
  lease(1, ip(3));
  ASSERT_TRUE(follow(plan_of(1, 4, {ip(3)})));
  EXPECT_EQ(table().offer_reserved(owner(2), ip(3), now_, kHold).error(), Refusal::exhausted);
  EXPECT_EQ(offered_to_strangers().size(), 3u);
  ASSERT_TRUE(table().release(owner(1), ip(3), now_));
  EXPECT_EQ(offered_to_strangers().size(), 3u) << "it is reserved";
  EXPECT_TRUE(table().offer_reserved(owner(2), ip(3), now_, kHold));
  // And back into the pool.
  ASSERT_TRUE(follow(plan_of(1, 4)));
  EXPECT_EQ(offered_to_strangers().size(), 3u) << "owner 2 has the fourth";
  table().withdraw_offer(owner(2), now_);
  EXPECT_EQ(offered_to_strangers().size(), 4u);
}

// What is reserved while a table serves; the plan says so to the one that follows.
TEST_F(TablesTest, WhatWasReservedMeanwhileStaysSoWhereThePlanSaysIt) {
  begin(plan_of(1, 4));
  ASSERT_TRUE(table().reserve(ip(3)));
  const wire::Ipv4Address more[] = {ip(3), ip(40)};
  ASSERT_TRUE(follow(plan_of(1, 4).with_reserved(more)));
  EXPECT_TRUE(table().is_reserved(ip(3)));
  EXPECT_EQ(offered_to_strangers().size(), 3u);
  EXPECT_TRUE(table().offer_reserved(owner(2), ip(3), now_, kHold));
  EXPECT_TRUE(table().offer_reserved(owner(3), ip(40), now_, kHold)) << "it has a record now";
  // And no longer.
  ASSERT_TRUE(follow(plan_of(1, 4)));
  EXPECT_FALSE(table().is_reserved(ip(3)));
  EXPECT_EQ(offered_to_strangers().size(), 3u) << "owner 2 has the fourth";
  table().withdraw_offer(owner(2), now_);
  EXPECT_EQ(offered_to_strangers().size(), 4u);
}

TEST_F(TablesTest, WhatAPlanReservedIsThePoolsAgainAtOnce) {
  begin(plan_of(1, 4));
  const wire::Ipv4Address more[] = {ip(3)};
  ASSERT_TRUE(follow(plan_of(1, 4).with_reserved(more)));
  lease(1, {}, minutes{10});
  ASSERT_TRUE(table().offer_reserved(owner(2), ip(3), now_, kHold));
  ASSERT_TRUE(table().bind(owner(2), ip(3), now_, now_ + minutes{10}));
  table().unreserve(ip(3));
  EXPECT_EQ(offered_to_strangers().size(), 2u);
  now_ += minutes{11};
  table().sweep(now_, 100);
  EXPECT_EQ(table().at(ip(3))->state, State::free);
  EXPECT_EQ(offered_to_strangers().size(), 4u);
  ASSERT_TRUE(follow(plan_of(1, 5)));
  EXPECT_EQ(offered_to_strangers().size(), 5u);
}

// Whether or not it was met while it was reserved.
TEST_F(TablesTest, WhatWasReservedMeanwhileIsGivenBackWhereThePlanDoesNotSayIt) {
  for (const bool is_met : {false, true}) {
    begin(plan_of(1, 4));
    ASSERT_TRUE(table().reserve(ip(3)));
    if (is_met) {
      EXPECT_EQ(offered_to_strangers().size(), 3u);
    }
    ASSERT_TRUE(follow(plan_of(1, 5)));
    EXPECT_FALSE(table().is_reserved(ip(3)));
    EXPECT_EQ(offered_to_strangers().size(), 5u) << "is_met " << is_met;
  }
}

TEST_F(TablesTest, AddressesThatWereGivenBackAreReusedInThatOrder) {
  begin(plan_of(1, 6));
  for (std::uint64_t i = 1; i <= 4; ++i) lease(i);
  for (const std::uint64_t i : {3u, 1u, 4u, 2u}) {
    now_ += seconds{1};
    ASSERT_TRUE(table().release(owner(i), table().find(owner(i))->address, now_));
  }
  ASSERT_TRUE(follow(plan_of(1, 7)));
  EXPECT_EQ(offered_to_strangers(), (std::vector<std::uint32_t>{5, 6, 7, 3, 1, 4, 2}));
}

TEST_F(TablesTest, ExpiryAndQuarantineGoOnCounting) {
  begin(plan_of(1, 20));
  for (std::uint64_t i = 1; i <= 20; ++i) lease(i, {}, minutes{10});
  ASSERT_TRUE(table().decline(owner(1), table().find(owner(1))->address, now_, minutes{5}));
  ASSERT_TRUE(table().decline(owner(2), table().find(owner(2))->address, now_, minutes{5}));
  ASSERT_TRUE(follow(plan_of(1, 21, {ip(30)})));
  const auto full = table().decline(owner(3), table().find(owner(3))->address, now_, minutes{5});
  EXPECT_EQ(full.error(), Refusal::quarantine_full);
  EXPECT_EQ(table().census(now_).declined, 2u);
  EXPECT_EQ(offered_to_strangers().size(), 1u);
  now_ += minutes{6};
  EXPECT_EQ(offered_to_strangers().size(), 3u);
  EXPECT_TRUE(table().decline(owner(3), table().find(owner(3))->address, now_, minutes{5}));
  now_ += minutes{6};
  EXPECT_EQ(offered_to_strangers().size(), 21u);
}

TEST_F(TablesTest, WhatNeedsMoreThanThereIsRoomForIsRefusedAndChangesNothing) {
  begin(plan_of(1, 4));
  const auto shortage = tables_->prepare(plan_of(1, 100), now_);
  ASSERT_FALSE(shortage);
  EXPECT_EQ(shortage.error().addresses, 96u);
  EXPECT_EQ(shortage.error().room, 64u);
  tables_->settle();
  EXPECT_EQ(offered_to_strangers().size(), 4u);
  std::vector<PoolRange> many;
  for (std::uint32_t i = 0; i < 60; ++i) many.push_back({ip(1 + i), ip(1 + i)});
  const auto pools = tables_->prepare(Plan(many, {}), now_);
  ASSERT_FALSE(pools);
  EXPECT_EQ(pools.error().addresses, 0u);
  tables_->settle();
  ASSERT_TRUE(follow(plan_of(1, 68)));
  EXPECT_EQ(offered_to_strangers().size(), 68u);
}

// Its answer is that of prepare(), however often it is asked, and with slots that rest.
TEST_F(TablesTest, AShortageIsForetoldAndNothingIsTaken) {
  begin(plan_of(1, 4));
  EXPECT_FALSE(tables_->shortage_of(plan_of(1, 4)));
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(tables_->shortage_of(plan_of(101, 164)));
    EXPECT_FALSE(tables_->shortage_of(plan_of(201, 264)));
    const auto shortage = tables_->shortage_of(plan_of(1, 100));
    ASSERT_TRUE(shortage);
    EXPECT_EQ(shortage->addresses, 96u);
    EXPECT_EQ(shortage->room, 64u);
  }
  // 60 of the 64 are taken, given up, and rest.
  ASSERT_TRUE(follow(plan_of(1, 64)));
  ASSERT_TRUE(follow(plan_of(1, 4)));
  ASSERT_TRUE(follow(plan_of(2, 4)));
  const Plan next = plan_of(301, 364);
  const auto foretold = tables_->shortage_of(next);
  EXPECT_FALSE(foretold);
  EXPECT_EQ(tables_->prepare(next, now_).has_value(), !foretold);
}

// Its record will be another address's: a worker that has the table in which it was its holder's
// cannot get it any more.
TEST_F(TablesTest, AnAddressThatIsTakenIsGivenToNobody) {
  const Plan small = plan_of(1, 2);
  const Plan too_large = plan_of(101, 200);
  for (const Plan* next : {&small, &too_large}) {
    begin(plan_of(1, 4));
    lease(1, ip(4));
    ASSERT_TRUE(follow(plan_of(1, 3)));
    ASSERT_TRUE(table().release(owner(1), ip(4), now_));
    ASSERT_TRUE(table().bind(owner(1), ip(4), now_, now_ + minutes{5}));
    ASSERT_TRUE(table().release(owner(1), ip(4), now_));
    EXPECT_EQ(tables_->prepare(*next, now_).has_value(), next == &small);
    EXPECT_FALSE(tables_->is_settled());
    EXPECT_FALSE(table().bind(owner(1), ip(4), now_, now_ + minutes{5}));
    EXPECT_FALSE(table().offer_reserved(owner(2), ip(4), now_, kHold));
    EXPECT_FALSE(table().find(owner(1)));
    tables_->settle();
  }
}

// A reload that is refused leaves the table that has the address, and the next one gives its record
// to another: who still has that table must not take the other's lease for it.
TEST_F(TablesTest, AnAddressWhoseRecordIsAnothersHasNone) {
  begin(plan_of(1, 4));
  lease(1, ip(4));
  ASSERT_TRUE(follow(plan_of(1, 3)));
  ASSERT_TRUE(table().release(owner(1), ip(4), now_));
  ASSERT_FALSE(follow(plan_of(101, 200)));
  const Table& old = table();
  // All the room that there is, so that the record is used.
  ASSERT_TRUE(tables_->prepare(plan_of(101, 165), now_));
  tables_->commit();
  while (const auto offered = offer(1'000 + offered_)) {
    ++offered_;
    EXPECT_NE(offered->address, ip(4));
  }
  EXPECT_GT(offered_, 60u);
  EXPECT_FALSE(old.at(ip(4)));
  EXPECT_TRUE(old.at(ip(3)));
  tables_->settle();
}

TEST_F(TablesTest, AnAddressThatComesHeedsTheDisk) {
  begin(plan_of(1, 4));
  tables_->remember(
      {.address = ip(6), .state = State::bound, .version = 77, .expiry = now_ + minutes{5}});
  ASSERT_TRUE(follow(plan_of(1, 7)));
  EXPECT_EQ(offered_to_strangers(), (std::vector<std::uint32_t>{1, 2, 3, 4, 5, 7}));
  now_ += minutes{6};
  EXPECT_EQ(offered_to_strangers().size(), 7u);
  EXPECT_GT(lease(1, ip(6)).version, 77u);
}

TEST_F(TablesTest, VersionsOfAnAddressThatComesBackAreNewer) {
  begin(plan_of(1, 4));
  std::uint32_t version = lease(1, ip(4)).version;
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(table().release(owner(1), ip(4), now_));
    for (const std::uint32_t last : {3u, 2u, 3u, 4u}) ASSERT_TRUE(follow(plan_of(1, last)));
    const Lease again = lease(1, ip(4));
    ASSERT_GT(again.version, version);
    version = again.version;
  }
}

// Pools that move to new addresses each time, for ever: held leases keep their records, the others'
// are used again.
TEST_F(TablesTest, MemoryIsEnoughForAnyNumberOfReloads) {
  begin(plan_of(1, 20));
  base::Random random(3);
  for (std::uint32_t round = 0; round < 3'000; ++round) {
    const std::uint32_t first = 1 + 20 * (round % 1'000);
    ASSERT_TRUE(follow(plan_of(first, first + 19))) << "round " << round;
    std::set<std::uint32_t> given;
    for (std::uint64_t i = 0; i < 10; ++i) {
      const Lease mine = lease(1 + random.below(60), {}, seconds{3});
      given.insert(mine.address.host());
    }
    ASSERT_LE(table().census(now_).bound, 60u);
    now_ += seconds{1};
  }
}

}  // namespace
}  // namespace stentor::lease
