// SPDX-License-Identifier: BSD-3-Clause
// Goal: the store is told of what it is to keep, by slot, and of nothing else.
#include "lease/roll.h"

#include "table_fixture.h"

namespace stentor::lease {
namespace {

struct RollTest : TableTest {
  std::optional<OwnedLease> owned(const Lease& lease) {
    return table().roll().owned(*table().slot_of(lease.address));
  }
};

TEST_F(RollTest, TellsOfALeaseAndWhoHasIt) {
  make(4);
  const Lease mine = lease(1, start, minutes{5});
  const auto seen = owned(mine);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->owner, owner(1));
  EXPECT_EQ(seen->lease.address, mine.address);
  EXPECT_EQ(seen->lease.state, State::bound);
  EXPECT_EQ(seen->lease.version, mine.version);
  EXPECT_EQ(seen->lease.expiry, mine.expiry);
}

TEST_F(RollTest, TellsOfWhatWasGivenBackAsFree) {
  make(4);
  const Lease mine = lease(1, start, minutes{5});
  ASSERT_TRUE(table().release(owner(1), mine.address, start));
  const auto seen = owned(mine);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->lease.state, State::free);
  EXPECT_EQ(seen->owner, owner(1));
}

TEST_F(RollTest, TellsOfWhatIsSetAsideAsNobodys) {
  make(4);
  const Lease mine = lease(1, start, minutes{5});
  ASSERT_TRUE(table().decline(owner(1), mine.address, start, minutes{5}));
  const auto seen = owned(mine);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->lease.state, State::declined);
  EXPECT_EQ(seen->lease.address, mine.address);
  EXPECT_EQ(seen->owner, Owner{});
}

TEST_F(RollTest, TellsOfNoOfferAndOfNobodysAddress) {
  make(4);
  const auto offered = offer(1, start);
  ASSERT_TRUE(offered);
  EXPECT_FALSE(owned(*offered));
  EXPECT_FALSE(table().roll().owned(3));
}

TEST_F(RollTest, TellsOfASetAsideAddressFromDisk) {
  make(4);
  const Lease stored{
      .address = ip(2), .state = State::declined, .version = 9, .expiry = start + minutes{5}};
  ASSERT_EQ(table().restore(stored, {}, start), Table::Restored::whole);
  const auto seen = owned(stored);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->lease.address, ip(2));
}

}  // namespace
}  // namespace stentor::lease
