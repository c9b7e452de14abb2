// SPDX-License-Identifier: BSD-3-Clause
// Goal: an address that is reserved while the table serves is nobody else's from then on, its
// holder keeps it, and once the mark is gone it is the pool's again: not lost, and not twice.
#include <algorithm>

#include "table_fixture.h"

namespace stentor::lease {
namespace {

using Hosts = std::vector<std::uint32_t>;

struct TableReserveTest : TableTest {
  // Of those that are marked for a moment, in their order; each call asks as other machines do.
  Hosts given_to_strangers(base::Time now) {
    Hosts hosts;
    const std::uint64_t first = next_stranger_;
    while (const auto offered = offer(next_stranger_, now)) {
      hosts.push_back(offered->address.host() - ip(0).host());
      ++next_stranger_;
    }
    for (std::uint64_t i = first; i < next_stranger_; ++i) table().withdraw_offer(owner(i), now);
    ++next_stranger_;
    std::ranges::sort(hosts);
    return hosts;
  }

  // Whether `number` is offered an address and declines it.
  Outcome<Lease> decline(std::uint64_t number, base::Time now) {
    const auto offered = offer(number, now);
    return offered ? table().decline(owner(number), offered->address, now, minutes{10}) : offered;
  }

  std::uint64_t next_stranger_ = 1000;
};

TEST_F(TableReserveTest, AReservedAddressIsGivenToNobodyButItsMachine) {
  make(4);
  EXPECT_FALSE(table().is_reserved(ip(2)));
  ASSERT_TRUE(table().reserve(ip(2)));
  EXPECT_TRUE(table().is_reserved(ip(2)));
  EXPECT_FALSE(table().is_reserved(ip(3)));
  const auto other = offer(1, start, ip(2));
  ASSERT_TRUE(other);
  EXPECT_NE(other->address, ip(2));
  table().withdraw_offer(owner(1), start);
  EXPECT_EQ(given_to_strangers(start), (Hosts{1, 3, 4}));
  const auto its = table().offer_reserved(owner(2), ip(2), start, seconds{60});
  ASSERT_TRUE(its);
  EXPECT_EQ(its->address, ip(2));
  EXPECT_TRUE(table().bind(owner(2), ip(2), start, start + minutes{60}));
}

// Nobody has it: with `is_met` it has been taken from the ring, and dropped, while it was reserved.
TEST_F(TableReserveTest, AFreeAddressComesBackOnce) {
  for (const bool is_met : {false, true}) {
    make(4);
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(table().reserve(ip(2)));
      if (is_met) {
        EXPECT_EQ(given_to_strangers(start), (Hosts{1, 3, 4}));
      }
      table().unreserve(ip(2));
      EXPECT_FALSE(table().is_reserved(ip(2)));
    }
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(given_to_strangers(start), (Hosts{1, 2, 3, 4})) << "is_met " << is_met;
    }
  }
}

// In the ring when it is reserved, in use by its machine, and given back in between.
TEST_F(TableReserveTest, AnAddressThatItsMachineGaveBackComesBackOnce) {
  for (const bool is_met : {false, true}) {
    make(4);
    ASSERT_TRUE(table().reserve(ip(2)));
    ASSERT_TRUE(table().offer_reserved(owner(1), ip(2), start, seconds{60}));
    if (is_met) {
      EXPECT_EQ(given_to_strangers(start), (Hosts{1, 3, 4}));
    }
    table().withdraw_offer(owner(1), start);
    EXPECT_EQ(given_to_strangers(start), (Hosts{1, 3, 4}));
    table().unreserve(ip(2));
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(given_to_strangers(start), (Hosts{1, 2, 3, 4})) << "is_met " << is_met;
    }
  }
}

TEST_F(TableReserveTest, ItsHolderKeepsItAndNobodyIsNext) {
  make(4);
  ASSERT_EQ(lease(1, start, minutes{60}).address, ip(1));
  ASSERT_TRUE(table().reserve(ip(1)));
  const base::Time later = start + minutes{30};
  EXPECT_EQ(offer(1, later)->address, ip(1));
  EXPECT_TRUE(table().bind(owner(1), ip(1), later, later + minutes{60}));
  const auto too_early = table().offer_reserved(owner(2), ip(1), later, seconds{60});
  ASSERT_FALSE(too_early);
  EXPECT_EQ(too_early.error(), Refusal::exhausted);
  // Its end by release, and by time.
  for (const bool is_released : {true, false}) {
    const base::Time end = is_released ? later + minutes{1} : later + minutes{61};
    if (is_released) {
      make(4);
      lease(1, start, minutes{60});
      table().reserve(ip(1));
      ASSERT_TRUE(table().release(owner(1), ip(1), end));
    }
    table().sweep(end, 100);
    EXPECT_EQ(given_to_strangers(end), (Hosts{2, 3, 4}));
    EXPECT_NE(offer(1, end)->address, ip(1)) << "it was his, and is not any more";
    EXPECT_TRUE(table().offer_reserved(owner(2), ip(1), end, seconds{60}));
  }
}

TEST_F(TableReserveTest, AnOfferOfItIsNotMadeAgain) {
  make(4);
  ASSERT_EQ(offer(1, start)->address, ip(1));
  ASSERT_TRUE(table().reserve(ip(1)));
  EXPECT_EQ(offer(1, start)->address, ip(2));
  EXPECT_TRUE(table().offer_reserved(owner(2), ip(1), start, seconds{60}));
}

// What the table noted of its expiry is gone when the mark is: it has been swept meanwhile, and was
// renewed until a time that nobody noted.
TEST_F(TableReserveTest, ALeaseThatEndsAfterTheMarkIsGoneIsSwept) {
  make(4);
  lease(1, start, minutes{10});
  ASSERT_TRUE(table().reserve(ip(1)));
  ASSERT_TRUE(table().bind(owner(1), ip(1), start, start + minutes{20}));
  table().sweep(start + minutes{11}, 100);
  table().unreserve(ip(1));
  table().sweep(start + minutes{19}, 100);
  EXPECT_EQ(table().at(ip(1))->state, State::bound);
  table().sweep(start + minutes{20}, 100);
  EXPECT_EQ(table().at(ip(1))->state, State::free);
  EXPECT_EQ(given_to_strangers(start + minutes{20}), (Hosts{1, 2, 3, 4}));
}

TEST_F(TableReserveTest, ALeaseThatEndedBeforeTheMarkIsGoneIsSwept) {
  make(4);
  lease(1, start, minutes{10});
  ASSERT_TRUE(table().reserve(ip(1)));
  const base::Time later = start + minutes{30};
  table().sweep(later, 100);
  EXPECT_EQ(given_to_strangers(later), (Hosts{2, 3, 4}));
  table().unreserve(ip(1));
  table().sweep(later, 100);
  EXPECT_EQ(table().at(ip(1))->state, State::free);
  EXPECT_EQ(given_to_strangers(later), (Hosts{1, 2, 3, 4}));
}

// A pool of 20 has room for two that are set aside. However one of them ends that was reserved
// meanwhile, its place is free again.
TEST_F(TableReserveTest, WhatWasSetAsideLeavesItsPlace) {
  using End = void (*)(Table&, base::Time over);
  const std::pair<const char*, End> ends[] = {
      {"its machine gets it",
       [](Table& t, base::Time over) {
         ASSERT_TRUE(t.offer_reserved(owner(500), ip(1), over, seconds{60}));
       }},
      {"it is pardoned",
       [](Table& t, base::Time over) { ASSERT_TRUE(t.pardon(ip(1), over - minutes{5})); }},
      {"it is the pool's again and swept", [](Table& t, base::Time over) {
         t.unreserve(ip(1));
         t.sweep(over, 100);
       }}};
  for (const auto& [name, end] : ends) {
    make(20);
    ASSERT_TRUE(decline(1, start));
    ASSERT_EQ(table().at(ip(1))->state, State::declined);
    ASSERT_TRUE(table().reserve(ip(1)));
    const base::Time over = start + minutes{10};
    end(table(), over);
    EXPECT_TRUE(decline(2, over)) << name;
    EXPECT_TRUE(decline(3, over)) << name;
    const auto third = decline(4, over);
    ASSERT_FALSE(third) << name;
    EXPECT_EQ(third.error(), Refusal::quarantine_full) << name;
  }
}

// One that was set aside while it was reserved has no place there, and leaves none.
TEST_F(TableReserveTest, WhatWasSetAsideByItsMachineTookNoPlace) {
  make(20);
  ASSERT_TRUE(table().reserve(ip(1)));
  ASSERT_TRUE(table().offer_reserved(owner(500), ip(1), start, seconds{60}));
  ASSERT_TRUE(table().decline(owner(500), ip(1), start, minutes{10}));
  EXPECT_EQ(table().census(start).declined, 1u);
  table().unreserve(ip(1));
  const base::Time over = start + minutes{10};
  table().sweep(over, 100);
  EXPECT_EQ(table().at(ip(1))->state, State::free);
  EXPECT_TRUE(decline(2, over));
  EXPECT_TRUE(decline(3, over));
  EXPECT_FALSE(decline(4, over));
}

TEST_F(TableReserveTest, AnAddressOutsideOfThePlanIsNot) {
  make(4, {ip(40)});
  EXPECT_FALSE(table().reserve(ip(5)));
  EXPECT_FALSE(table().is_reserved(ip(5)));
  table().unreserve(ip(5));
  EXPECT_FALSE(table().offer_reserved(owner(1), ip(5), start, seconds{60}));
  EXPECT_TRUE(table().is_reserved(ip(40))) << "by the plan";
  EXPECT_TRUE(table().reserve(ip(40)));
  EXPECT_EQ(given_to_strangers(start), (Hosts{1, 2, 3, 4}));
}

TEST_F(TableReserveTest, TheCensusCountsItAsReserved) {
  make(4);
  lease(1, start, minutes{10});
  for (const std::uint32_t host : {1u, 3u}) ASSERT_TRUE(table().reserve(ip(host)));
  auto census = table().census(start);
  EXPECT_EQ(census.bound, 1u);
  EXPECT_EQ(census.reserved, 1u);
  EXPECT_EQ(census.free, 2u);
  EXPECT_EQ(table().census(start + minutes{11}).reserved, 2u);
  for (const std::uint32_t host : {1u, 3u}) table().unreserve(ip(host));
  census = table().census(start);
  EXPECT_EQ(census.bound, 1u);
  EXPECT_EQ(census.reserved, 0u);
  EXPECT_EQ(census.free, 3u);
}

}  // namespace
}  // namespace stentor::lease
