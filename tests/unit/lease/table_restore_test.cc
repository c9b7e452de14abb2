// SPDX-License-Identifier: BSD-3-Clause
// Goal: after a restart the table is what the disk promised, to whom it promised it, and goes on
// with newer versions.
#include "table_fixture.h"

namespace stentor::lease {
namespace {

using Restored = Table::Restored;

Lease stored(std::uint32_t host, State state, base::Time expiry, std::uint32_t version = 7) {
  return {ip(host), state, version, expiry};
}

TEST_F(TableTest, RestoresALeaseForItsOwner) {
  make(4);
  const base::Time expiry = start + minutes{10};
  EXPECT_EQ(table().restore(stored(3, State::bound, expiry), owner(1), start), Restored::whole);
  const auto found = table().find(owner(1));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->address, ip(3));
  EXPECT_EQ(found->state, State::bound);
  EXPECT_EQ(found->expiry, expiry);
  EXPECT_GT(found->version, 7u);
  EXPECT_EQ(table().promised_until(ip(3)), expiry);
  EXPECT_EQ(offer(1, start)->address, ip(3));
  for (std::uint64_t other = 2; other <= 4; ++other) {
    EXPECT_NE(lease(other, start, minutes{60}).address, ip(3));
  }
  EXPECT_EQ(offer(5, start).error(), Refusal::exhausted);
  EXPECT_EQ(offer(5, expiry)->address, ip(3)) << "once it has expired";
}

// Versions wrap (RFC 1982): newer is what comes next, not what is greater.
TEST_F(TableTest, GoesOnFromTheLastVersion) {
  make(1);
  table().restore(stored(1, State::bound, start + minutes{10}, UINT32_MAX - 1), owner(1), start);
  const Lease bound = *table().bind(owner(1), ip(1), start, start + minutes{20});
  EXPECT_LT(bound.version, 16u);
}

TEST_F(TableTest, RemembersWhoLastHadAnAddress) {
  make(4);
  EXPECT_EQ(table().restore(stored(2, State::free, start - minutes{1}), owner(1), start),
            Restored::whole);
  EXPECT_EQ(table().restore(stored(4, State::bound, start - minutes{1}), owner(2), start),
            Restored::whole);
  EXPECT_EQ(table().promised_until(ip(2)), base::Time{});
  EXPECT_EQ(offer(3, start)->address, ip(1));
  EXPECT_EQ(offer(1, start)->address, ip(2));
  EXPECT_EQ(offer(2, start)->address, ip(4));
  EXPECT_EQ(offer(4, start)->address, ip(3));
}

TEST_F(TableTest, GivesAnAddressThatItsOwnerHasLeftToNobodyBeforeItsTime) {
  make(2);
  const base::Time expiry = start + minutes{10};
  table().restore(stored(1, State::bound, expiry + minutes{1}), owner(1), start);
  EXPECT_EQ(table().restore(stored(2, State::bound, expiry), owner(1), start), Restored::moved);
  EXPECT_EQ(table().find(owner(1))->address, ip(1));
  EXPECT_EQ(offer(2, start).error(), Refusal::exhausted);
  EXPECT_EQ(offer(2, expiry)->address, ip(2));
}

TEST_F(TableTest, KeepsWhatIsSetAsideAside) {
  make(2);
  const base::Time expiry = start + minutes{10};
  EXPECT_EQ(table().restore(stored(1, State::declined, expiry), owner(1), start), Restored::whole);
  EXPECT_EQ(table().at(ip(1))->state, State::declined);
  EXPECT_FALSE(table().find(owner(1)));
  // A tenth of the pool may be, but at least one address: the second is nobody's all the same.
  table().restore(stored(2, State::declined, expiry), owner(2), start);
  EXPECT_EQ(offer(3, start).error(), Refusal::exhausted);
  EXPECT_TRUE(offer(3, expiry));
  EXPECT_TRUE(offer(4, expiry));
}

TEST_F(TableTest, SaysOfAnAddressWithoutAPoolThatItHasNone) {
  make(2);
  EXPECT_EQ(table().restore(stored(9, State::bound, start + minutes{1}), owner(1), start),
            Restored::absent);
  EXPECT_FALSE(table().find(owner(1)));
}

TEST_F(TableTest, RestoresAReservedAddress) {
  make(2, {ip(2), ip(77)});
  table().restore(stored(2, State::bound, start + minutes{1}), owner(1), start);
  table().restore(stored(77, State::bound, start + minutes{1}), owner(2), start);
  EXPECT_EQ(table().find(owner(1))->address, ip(2));
  EXPECT_EQ(table().find(owner(2))->address, ip(77));
  EXPECT_EQ(table().offer_reserved(owner(3), ip(77), start, seconds{60}).error(),
            Refusal::exhausted);
}

TEST_F(TableTest, PromisesWhatIsOnDiskAndNoMore) {
  make(2);
  const Lease first = lease(1, start, minutes{10});
  EXPECT_EQ(table().promised_until(first.address), base::Time{}) << "not committed yet";
  table().note_promise(first);
  EXPECT_EQ(table().promised_until(first.address), first.expiry);
  const Lease second = *table().bind(owner(1), first.address, start, start + minutes{20});
  EXPECT_EQ(table().promised_until(first.address), first.expiry);
  // What comes late says nothing of what is there now.
  table().note_promise(first);
  table().note_promise(second);
  EXPECT_EQ(table().promised_until(first.address), second.expiry);
  EXPECT_EQ(table().promised_until(ip(99)), base::Time{});
  table().note_promise(stored(99, State::bound, start));
}

TEST_F(TableTest, PromisesANewOwnerNothingOfTheOldOnes) {
  make(1);
  const Lease first = lease(1, start, minutes{10});
  table().note_promise(first);
  ASSERT_TRUE(table().release(owner(1), first.address, start));
  const Lease second = lease(2, start, minutes{5});
  ASSERT_EQ(second.address, first.address);
  EXPECT_EQ(table().promised_until(first.address), base::Time{});
  table().note_promise(first);
  EXPECT_EQ(table().promised_until(first.address), base::Time{});
}

// What the disk says by then may be that it is free, or a shorter lease, though no ACK said so.
TEST_F(TableTest, PromisesNothingOfALeaseThatWasGivenBackOrCutShort) {
  make(2);
  const Lease first = lease(1, start, minutes{10});
  table().note_promise(first);
  const Lease shorter = *table().bind(owner(1), first.address, start, start + minutes{5});
  EXPECT_EQ(table().promised_until(first.address), shorter.expiry);
  ASSERT_TRUE(table().release(owner(1), first.address, start));
  EXPECT_EQ(table().promised_until(first.address), base::Time{});
  EXPECT_EQ(lease(1, start, minutes{10}).address, first.address);
  EXPECT_EQ(table().promised_until(first.address), base::Time{});
}

}  // namespace
}  // namespace stentor::lease
