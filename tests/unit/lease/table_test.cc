// SPDX-License-Identifier: BSD-3-Clause
// Goal: what an owner does with its own address, every refusal included.
#include "table_fixture.h"

namespace stentor::lease {
namespace {

TEST_F(TableTest, OffersTheFirstFreeAddressAndRemembersIt) {
  make(4);
  const auto lease = offer(1, start);
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->address, ip(1));
  EXPECT_EQ(lease->state, State::offered);
  EXPECT_EQ(lease->expiry, start + seconds{60});
  const auto found = table().find(owner(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->address, ip(1));
  EXPECT_EQ(found->version, lease->version);
  EXPECT_TRUE(table().is_owner(ip(1), owner(1)));
  EXPECT_FALSE(table().is_owner(ip(1), owner(2)));
  EXPECT_FALSE(table().is_owner(ip(99), owner(1)));
}

TEST_F(TableTest, KnowsNothingOfStrangersAndOfAddressesOutsideThePlan) {
  make(4);
  EXPECT_FALSE(table().find(owner(1)));
  EXPECT_FALSE(table().at(ip(5)));
  ASSERT_TRUE(table().at(ip(4)));
  EXPECT_EQ(table().at(ip(4))->state, State::free);
  EXPECT_EQ(table().bind(owner(1), ip(5), start, start).error(), Refusal::unknown_address);
  EXPECT_EQ(table().release(owner(1), ip(5), start).error(), Refusal::unknown_address);
  EXPECT_EQ(table().decline(owner(1), ip(5), start, seconds{1}).error(), Refusal::unknown_address);
  EXPECT_EQ(table().offer_reserved(owner(1), ip(5), start, seconds{1}).error(),
            Refusal::unknown_address);
  table().touch(ip(5), start);
  table().withdraw_offer(owner(1), start);
}

TEST_F(TableTest, OffersTheSameAddressAgainWithALaterExpiry) {
  make(4);
  const auto first = offer(1, start);
  const auto second = offer(1, start + seconds{30}, ip(3));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->address, first->address);
  EXPECT_EQ(second->expiry, start + seconds{90});
  EXPECT_GT(second->version, first->version);
}

TEST_F(TableTest, LeavesALiveLeaseBoundWhenItsOwnerAsksAgain) {
  make(4);
  const Lease bound = lease(1, start, minutes{60});
  const auto again = offer(1, start + minutes{10});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->state, State::bound);
  EXPECT_EQ(again->version, bound.version);
  EXPECT_EQ(again->expiry, bound.expiry);
  EXPECT_EQ(offer(1, start + minutes{60})->state, State::offered) << "it has expired by then";
}

// RFC 4388 section 6.1 asks for it.
TEST_F(TableTest, KnowsWhenALeaseWasLastBoundOrRenewed) {
  make(4);
  const base::Time renewed = start + minutes{30} + std::chrono::milliseconds{900};
  const Lease bound = lease(1, start, minutes{60});
  EXPECT_EQ(table().last_bind(bound.address), start);
  ASSERT_TRUE(offer(1, start + minutes{10}));
  EXPECT_EQ(table().last_bind(bound.address), start) << "an offer is no promise";
  ASSERT_TRUE(table().bind(owner(1), bound.address, renewed, renewed + minutes{60}));
  EXPECT_EQ(table().last_bind(bound.address), start + minutes{30}) << "whole seconds";
  ASSERT_FALSE(table().bind(owner(2), bound.address, start + minutes{40}, start + minutes{50}));
  EXPECT_EQ(table().last_bind(bound.address), start + minutes{30}) << "who is refused has nothing";

  // The next owner's own time, taken without an offer.
  const base::Time later = renewed + minutes{120};
  ASSERT_TRUE(table().bind(owner(2), bound.address, later, later + minutes{5}));
  EXPECT_EQ(table().last_bind(bound.address), at_second(later.time_since_epoch() / seconds{1}));
  EXPECT_EQ(table().last_bind(ip(99)), base::Time{}) << "outside the plan";
}

TEST_F(TableTest, RenewsALeaseWithANewVersion) {
  make(4);
  const Lease first = lease(1, start, minutes{60});
  const auto renewed = table().bind(owner(1), first.address, start, start + minutes{90});
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->state, State::bound);
  EXPECT_EQ(renewed->expiry, start + minutes{90});
  EXPECT_EQ(renewed->version, first.version + 1);
  EXPECT_TRUE(table().bind(owner(1), first.address, start + minutes{200}, start + minutes{300}))
      << "an expired address stays its owner's until somebody else needs it";
}

TEST_F(TableTest, RoundsExpiryUpNeverDown) {
  make(4);
  const auto offered = offer(1, start);
  const auto bound = table().bind(owner(1), offered->address, start,
                                  start + seconds{10} + std::chrono::milliseconds{1});
  EXPECT_EQ(bound->expiry, start + seconds{11});
}

TEST_F(TableTest, BindsForeverUntilNever) {
  make(1);
  const auto offered = offer(1, start);
  EXPECT_EQ(table().bind(owner(1), offered->address, start, base::kNever)->expiry, base::kNever);
  EXPECT_EQ(offer(2, start + std::chrono::hours{24 * 365 * 16}).error(), Refusal::exhausted);
}

TEST_F(TableTest, RefusesToBindWhatIsAnothers) {
  make(4);
  const Lease held = lease(1, start, minutes{60});
  ASSERT_TRUE(offer(2, start));
  EXPECT_EQ(table().bind(owner(2), held.address, start, start + minutes{1}).error(),
            Refusal::not_owner)
      << "it has another one";
  EXPECT_EQ(table().bind(owner(3), held.address, start, start + minutes{1}).error(),
            Refusal::not_owner)
      << "it has none, but the address is held";
}

TEST_F(TableTest, BindsAFreeAddressForAnOwnerThatHasNone) {
  make(4);
  const auto bound = table().bind(owner(1), ip(3), start, start + minutes{60});
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->address, ip(3));
  EXPECT_EQ(bound->state, State::bound);
  for (std::uint64_t i = 2; i <= 4; ++i) EXPECT_NE(offer(i, start)->address, ip(3));
  EXPECT_EQ(offer(5, start).error(), Refusal::exhausted);
}

TEST_F(TableTest, BindsAnExpiredAddressOfAnotherForAnOwnerThatHasNone) {
  make(4);
  const Lease old = lease(1, start, minutes{1});
  const auto bound = table().bind(owner(2), old.address, start + minutes{1}, start + minutes{60});
  ASSERT_TRUE(bound);
  EXPECT_FALSE(table().find(owner(1)));
  EXPECT_GT(bound->version, old.version);
}

TEST_F(TableTest, ReleasesOnlyForTheOwnerAndRemembersHim) {
  make(4);
  const Lease held = lease(1, start, minutes{60});
  EXPECT_EQ(table().release(owner(2), held.address, start).error(), Refusal::not_owner);
  EXPECT_EQ(table().release(owner(1), ip(4), start).error(), Refusal::not_owner);
  const auto released = table().release(owner(1), held.address, start);
  ASSERT_TRUE(released);
  EXPECT_EQ(released->state, State::free);
  EXPECT_GT(released->version, held.version);
  EXPECT_EQ(table().release(owner(1), held.address, start)->version, released->version);
  EXPECT_EQ(table().find(owner(1))->address, held.address);
  EXPECT_EQ(offer(2, start)->address, ip(2)) << "reused last";
  EXPECT_EQ(offer(1, start)->address, held.address) << "its own again";
}

TEST_F(TableTest, DeclinesOnlyForTheOwnerOfAnOfferOrALease) {
  make(40);
  const Lease held = lease(1, start, minutes{60});
  const auto declined = [&](std::uint64_t number, wire::Ipv4Address address) {
    return table().decline(owner(number), address, start, minutes{10});
  };
  EXPECT_EQ(declined(2, held.address).error(), Refusal::not_owner);
  EXPECT_EQ(declined(1, ip(9)).error(), Refusal::not_owner);
  ASSERT_TRUE(declined(1, held.address));
  EXPECT_EQ(declined(1, held.address).error(), Refusal::not_owner) << "it is his no more";
  EXPECT_FALSE(table().find(owner(1)));
  EXPECT_FALSE(table().is_owner(held.address, owner(1)));
  EXPECT_EQ(table().at(held.address)->state, State::declined);
  EXPECT_EQ(table().at(held.address)->expiry, start + minutes{10});
  EXPECT_NE(offer(1, start)->address, held.address);
  ASSERT_TRUE(table().release(owner(1), table().find(owner(1))->address, start));
  EXPECT_EQ(declined(1, table().find(owner(1))->address).error(), Refusal::not_owner)
      << "he has given it back";
}

TEST_F(TableTest, APardonEndsADeclineAndNothingElse) {
  make(1);
  const Lease held = lease(1, start, minutes{60});
  EXPECT_FALSE(table().pardon(held.address, start)) << "a lease is none";
  EXPECT_FALSE(table().pardon(ip(9), start)) << "an address of nobody's";
  ASSERT_TRUE(table().decline(owner(1), held.address, start, minutes{10}));
  EXPECT_FALSE(offer(2, start));
  EXPECT_TRUE(table().pardon(held.address, start));
  EXPECT_FALSE(table().pardon(held.address, start)) << "once";
  EXPECT_EQ(table().census(start).declined, 0u);
  ASSERT_TRUE(offer(2, start));
  EXPECT_EQ(table().find(owner(2))->address, held.address);
  EXPECT_TRUE(table().decline(owner(2), held.address, start, minutes{10}))
      << "the quarantine has room again";
}

TEST_F(TableTest, SetsAsideAtMostATenthOfAPool) {
  make(40);
  std::uint64_t number = 1;
  for (; number <= 4; ++number) {
    ASSERT_TRUE(table().decline(owner(number), offer(number, start)->address, start, minutes{10}));
  }
  const auto address = offer(number, start)->address;
  EXPECT_EQ(table().decline(owner(number), address, start, minutes{10}).error(),
            Refusal::quarantine_full);
  EXPECT_EQ(table().find(owner(number))->state, State::offered) << "a refusal changes nothing";
  EXPECT_EQ(table().census(start).declined, 4u);
  table().sweep(start + minutes{10}, 1000);
  ASSERT_EQ(offer(number, start + minutes{10})->address, address);
  EXPECT_TRUE(table().decline(owner(number), address, start + minutes{10}, minutes{10}))
      << "quarantine ends";
}

TEST_F(TableTest, RefusesADeclineAfterExpirySweptOrNot) {
  make(40);
  const Lease held = lease(1, start, minutes{1});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(table().decline(owner(1), held.address, start + minutes{1}, minutes{10}).error(),
              Refusal::not_owner);
    table().sweep(start + minutes{1}, 100);
  }
}

TEST_F(TableTest, SetsAsideOneAddressOfASmallPool) {
  make(3);
  ASSERT_TRUE(table().decline(owner(1), offer(1, start)->address, start, minutes{10}));
  EXPECT_EQ(table().decline(owner(2), offer(2, start)->address, start, minutes{10}).error(),
            Refusal::quarantine_full);
}

TEST_F(TableTest, NobodyBindsAnAddressThatIsSetAside) {
  make(3);
  const auto address = offer(1, start)->address;
  ASSERT_TRUE(table().decline(owner(1), address, start, minutes{10}));
  EXPECT_EQ(table().bind(owner(1), address, start, start + minutes{1}).error(), Refusal::not_owner);
  const auto later = start + minutes{10};
  EXPECT_TRUE(table().bind(owner(1), address, later, later + minutes{1}));
  EXPECT_TRUE(table().decline(owner(1), address, later, minutes{10}))
      << "taking it from quarantine made room there";
}

TEST_F(TableTest, WithdrawsAnOfferAndNothingElse) {
  make(2);
  ASSERT_TRUE(offer(1, start));
  table().withdraw_offer(owner(1), start);
  EXPECT_EQ(table().find(owner(1))->state, State::free);
  const Lease bound = lease(2, start, minutes{60});
  table().withdraw_offer(owner(2), start);
  EXPECT_EQ(table().find(owner(2))->state, State::bound);
  EXPECT_EQ(table().find(owner(2))->version, bound.version);
}

TEST_F(TableTest, VersionsOfARecordOnlyGrow) {
  make(1);
  std::uint32_t version = 0;
  const auto grows = [&](const Outcome<Lease>& lease) {
    ASSERT_TRUE(lease);
    EXPECT_GT(lease->version, version);
    version = lease->version;
  };
  base::Time now = start;
  for (std::uint64_t number = 1; number < 20; ++number, now += minutes{20}) {
    grows(offer(number, now));
    grows(table().bind(owner(number), ip(1), now, now + minutes{5}));
    grows(table().bind(owner(number), ip(1), now, now + minutes{6}));
    if (number % 3 == 0) grows(table().release(owner(number), ip(1), now));
    if (number % 3 == 1) grows(table().decline(owner(number), ip(1), now, minutes{10}));
  }
}

}  // namespace
}  // namespace stentor::lease
