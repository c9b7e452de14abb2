// SPDX-License-Identifier: BSD-3-Clause
// Goal: which address a client gets, and when one that was somebody's may be given away.
#include "table_fixture.h"

namespace stentor::lease {
namespace {

TEST_F(TableTest, GivesTheWantedAddressIfItIsFreeAndInThePools) {
  own = std::make_unique<OwnTable>(std::vector<PoolRange>{{ip(1), ip(4)}, {ip(11), ip(14)}});
  EXPECT_EQ(offer(1, start, ip(3))->address, ip(3));
  EXPECT_EQ(offer(2, start, ip(3))->address, ip(1)) << "held";
  EXPECT_EQ(offer(3, start, ip(12))->address, ip(2)) << "of another pool";
  EXPECT_EQ(offer(4, start, ip(99))->address, ip(4)) << "of no pool, and 3 is held";
  pools = {1, 0};
  EXPECT_EQ(offer(5, start, ip(12))->address, ip(12));
  EXPECT_EQ(offer(6, start)->address, ip(11)) << "pools in the order given";
}

TEST_F(TableTest, FillsAPoolToTheLastAddressAndThenSaysExhausted) {
  make(100);
  std::vector<bool> seen(101);
  for (std::uint64_t number = 1; number <= 100; ++number) {
    const std::uint32_t host = lease(number, start, minutes{60}).address.host() - ip(0).host();
    ASSERT_FALSE(seen[host]);
    seen[host] = true;
  }
  EXPECT_EQ(offer(101, start).error(), Refusal::exhausted);
  EXPECT_EQ(offer(1, start)->state, State::bound) << "who has one keeps it";
  EXPECT_EQ(table().census(start).bound, 100u);
}

TEST_F(TableTest, TakesAnExpiredLeaseWhenNothingIsFree) {
  make(3);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    lease(number, start, minutes{static_cast<std::int64_t>(number)});
  }
  EXPECT_EQ(offer(4, start + seconds{59}).error(), Refusal::exhausted);
  EXPECT_EQ(offer(4, start + seconds{60})->address, ip(1));
  EXPECT_FALSE(table().find(owner(1)));
  EXPECT_EQ(offer(5, start + seconds{60}).error(), Refusal::exhausted);
  EXPECT_EQ(offer(2, start + minutes{10})->address, ip(2)) << "still his: nobody needed it";
}

TEST_F(TableTest, TakesAnExpiredOfferAndAnEndedQuarantine) {
  make(2);
  ASSERT_TRUE(offer(1, start));
  ASSERT_TRUE(offer(2, start));
  ASSERT_TRUE(table().decline(owner(2), ip(2), start, minutes{10}));
  EXPECT_EQ(offer(3, start).error(), Refusal::exhausted);
  EXPECT_EQ(offer(3, start + seconds{60})->address, ip(1));
  lease(3, start + seconds{60}, minutes{60});
  EXPECT_EQ(offer(4, start + minutes{10} - seconds{1}).error(), Refusal::exhausted);
  EXPECT_EQ(offer(4, start + minutes{10})->address, ip(2));
}

TEST_F(TableTest, ReusesReleasedAddressesOldestFirst) {
  make(4);
  for (std::uint64_t number = 1; number <= 4; ++number) lease(number, start, minutes{60});
  for (const std::uint64_t number : {3u, 1u, 4u, 2u}) {
    ASSERT_TRUE(table().release(owner(number), ip(static_cast<std::uint32_t>(number)), start));
  }
  // Owner 3 comes back and goes again: his address is the youngest now, not the oldest.
  lease(3, start, minutes{60});
  ASSERT_TRUE(table().release(owner(3), ip(3), start));
  EXPECT_EQ(offer(11, start)->address, ip(1));
  EXPECT_EQ(offer(12, start)->address, ip(4));
  EXPECT_EQ(offer(13, start)->address, ip(2));
  EXPECT_EQ(offer(14, start)->address, ip(3));
}

TEST_F(TableTest, GivesAnAddressThatCameBackToItsOwnerToNobodyElse) {
  make(2);
  lease(1, start, minutes{60});
  lease(2, start, minutes{60});
  ASSERT_TRUE(table().release(owner(1), ip(1), start));
  lease(1, start, minutes{60});
  EXPECT_EQ(offer(3, start).error(), Refusal::exhausted)
      << "its place in the queue of free addresses is void";
  ASSERT_TRUE(table().release(owner(1), ip(1), start));
  EXPECT_EQ(offer(3, start)->address, ip(1));
}

TEST_F(TableTest, KeepsATouchedAddressForTwoMinutesAfterTheLease) {
  make(1);
  lease(1, start, minutes{1});
  table().touch(ip(1), start + minutes{5});
  table().touch(ip(1), start + minutes{4});  // another worker's burst is a little behind
  EXPECT_EQ(offer(2, start + minutes{7} - seconds{1}).error(), Refusal::exhausted);
  EXPECT_EQ(offer(2, start + minutes{7} - seconds{1}, ip(1)).error(), Refusal::exhausted);
  EXPECT_EQ(table().bind(owner(2), ip(1), start + minutes{6}, start + minutes{9}).error(),
            Refusal::not_owner);
  EXPECT_EQ(offer(2, start + minutes{7})->address, ip(1));
}

TEST_F(TableTest, KeepsATouchedAddressForTwoMinutesAfterItsRelease) {
  make(1);
  lease(1, start, minutes{60});
  table().touch(ip(1), start + minutes{5});
  ASSERT_TRUE(table().release(owner(1), ip(1), start + minutes{5}));
  EXPECT_EQ(table().find(owner(1))->state, State::free);
  EXPECT_EQ(offer(2, start + minutes{7} - seconds{1}).error(), Refusal::exhausted);
  EXPECT_EQ(offer(2, start + minutes{7})->address, ip(1));
}

TEST_F(TableTest, ItsOwnerGetsATouchedAddressBackAtOnce) {
  make(1);
  lease(1, start, minutes{60});
  table().touch(ip(1), start);
  ASSERT_TRUE(table().release(owner(1), ip(1), start));
  EXPECT_EQ(offer(1, start)->address, ip(1));
}

TEST_F(TableTest, KeepsAFreeAddressThatIsTouchedForTwoMinutes) {
  make(2);
  table().touch(ip(1), start);
  EXPECT_EQ(offer(1, start)->address, ip(2));
  EXPECT_EQ(offer(2, start).error(), Refusal::exhausted);
  EXPECT_EQ(offer(2, start + minutes{2})->address, ip(1));
}

TEST_F(TableTest, MovesAnOwnerIntoThePoolsOfItsClass) {
  own = std::make_unique<OwnTable>(std::vector<PoolRange>{{ip(1), ip(4)}, {ip(11), ip(11)}});
  ASSERT_EQ(offer(1, start)->address, ip(1));
  pools = {1};
  EXPECT_EQ(offer(1, start)->address, ip(11));
  EXPECT_FALSE(table().is_owner(ip(1), owner(1)));
  ASSERT_TRUE(table().bind(owner(1), ip(11), start, start + minutes{60}));
  pools = {0};
  EXPECT_EQ(offer(1, start)->address, ip(11)) << "a live lease stays";
  ASSERT_EQ(offer(2, start)->address, ip(2));
  pools = {1};
  EXPECT_EQ(offer(2, start).error(), Refusal::exhausted);
  EXPECT_EQ(table().find(owner(2))->address, ip(2)) << "nothing is taken before another is found";
}

TEST_F(TableTest, NeverGivesAReservedAddressToAnybodyElse) {
  make(4, {ip(2), ip(50)});
  EXPECT_EQ(offer(1, start, ip(2))->address, ip(1));
  EXPECT_EQ(offer(2, start, ip(50))->address, ip(3));
  EXPECT_EQ(offer(3, start)->address, ip(4));
  EXPECT_EQ(offer(4, start).error(), Refusal::exhausted);
  table().sweep(start + minutes{60}, 1000);
  for (std::uint64_t number = 11; number <= 13; ++number) {
    EXPECT_NE(offer(number, start + minutes{60})->address, ip(2));
  }
  EXPECT_EQ(offer(14, start + minutes{60}).error(), Refusal::exhausted);
}

TEST_F(TableTest, OffersAReservedAddressInAndOutsideOfPools) {
  make(4, {ip(2), ip(50)});
  for (const std::uint32_t host : {2u, 50u}) {
    const auto offered = table().offer_reserved(owner(host), ip(host), start, seconds{60});
    ASSERT_TRUE(offered);
    EXPECT_EQ(offered->address, ip(host));
    const auto bound = table().bind(owner(host), ip(host), start, start + minutes{60});
    ASSERT_TRUE(bound);
    EXPECT_EQ(table().offer_reserved(owner(host), ip(host), start, seconds{60})->version,
              bound->version)
        << "a live lease stays bound";
    EXPECT_EQ(table().offer_reserved(owner(9), ip(host), start, seconds{60}).error(),
              Refusal::exhausted);
    ASSERT_TRUE(table().release(owner(host), ip(host), start));
    EXPECT_TRUE(table().offer_reserved(owner(9), ip(host), start, seconds{60}));
  }
}

TEST_F(TableTest, GivesAReservedAddressOnceItsHolderIsGone) {
  make(4);
  lease(1, start, minutes{60});
  EXPECT_EQ(table().offer_reserved(owner(2), ip(1), start, seconds{60}).error(),
            Refusal::exhausted);
  EXPECT_EQ(table().at(ip(1))->expiry, start + minutes{60}) << "at() says until when";
  ASSERT_EQ(offer(2, start)->address, ip(2)) << "meanwhile he gets another one";
  const base::Time later = start + minutes{60};
  EXPECT_EQ(table().offer_reserved(owner(2), ip(1), later, seconds{60})->address, ip(1));
  EXPECT_FALSE(table().is_owner(ip(2), owner(2))) << "and never two";
  EXPECT_FALSE(table().find(owner(1)));
}

TEST_F(TableTest, KeepsThePromisedTimeOfALeaseThatAReservationReplaces) {
  make(1, {ip(50)});
  lease(1, start, minutes{60});
  ASSERT_EQ(table().offer_reserved(owner(1), ip(50), start, seconds{60})->address, ip(50));
  EXPECT_EQ(offer(2, start + minutes{60} - seconds{1}).error(), Refusal::exhausted);
  EXPECT_EQ(offer(2, start + minutes{60})->address, ip(1));
}

TEST_F(TableTest, GivesWhoGoesBackToItsReservationTheTimeThatItWasPromised) {
  make(2, {ip(50)});
  ASSERT_TRUE(table().offer_reserved(owner(1), ip(50), start, seconds{60}));
  ASSERT_TRUE(table().bind(owner(1), ip(50), start, start + minutes{60}));
  ASSERT_TRUE(table().offer_reserved(owner(1), ip(1), start, seconds{60}));
  EXPECT_EQ(table().offer_reserved(owner(2), ip(50), start, seconds{60}).error(),
            Refusal::exhausted)
      << "promised to another";
  EXPECT_EQ(table().offer_reserved(owner(1), ip(50), start, seconds{60})->address, ip(50));
  EXPECT_FALSE(table().is_owner(ip(1), owner(1))) << "and never two";
  EXPECT_EQ(offer(2, start)->address, ip(2));
  EXPECT_EQ(offer(3, start)->address, ip(1)) << "which was offered, and not promised";
}

TEST_F(TableTest, ADeclinedReservationWaitsForItsEndAndNeedsNoSweep) {
  make(4, {ip(50)});
  ASSERT_TRUE(table().offer_reserved(owner(1), ip(50), start, seconds{60}));
  ASSERT_TRUE(table().decline(owner(1), ip(50), start, minutes{10}));
  EXPECT_EQ(table().offer_reserved(owner(1), ip(50), start + minutes{9}, seconds{60}).error(),
            Refusal::exhausted);
  EXPECT_TRUE(table().offer_reserved(owner(1), ip(50), start + minutes{10}, seconds{60}));
}

TEST_F(TableTest, ClaimsQuicklyFromAPoolThatIsAlmostFull) {
  constexpr std::uint32_t kCount = 100'000;
  make(kCount);
  for (std::uint64_t number = 1; number <= kCount - 100; ++number) {
    lease(number, start, minutes{60});
  }
  // 100,000 clients come and go through the last 100 addresses: quadratic work would not end.
  for (std::uint64_t number = 1'000'000; number < 1'100'000; ++number) {
    const auto offered = offer(number, start);
    ASSERT_TRUE(offered);
    ASSERT_TRUE(table().release(owner(number), offered->address, start));
  }
  EXPECT_EQ(table().census(start).bound, kCount - 100);
}

TEST_F(TableTest, SaysExhaustedQuicklyWhenAPoolIsFull) {
  constexpr std::uint32_t kCount = 100'000;
  make(kCount);
  for (std::uint64_t number = 1; number <= kCount; ++number) lease(number, start, minutes{60});
  // Their offers expire without a trace, once; every further answer is one look.
  for (std::uint64_t number = 1'000'000; number < 2'000'000; ++number) {
    ASSERT_EQ(offer(number, start + minutes{30}).error(), Refusal::exhausted);
  }
}

}  // namespace
}  // namespace stentor::lease
