// SPDX-License-Identifier: BSD-3-Clause
// Goal: an address keeps its slot for as long as it has one, no two addresses have one slot, and
// slots that are free again are used again, but not at once.
#include "lease/slot_map_setup.h"

#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/random.h"

namespace stentor::lease {
namespace {

wire::Ipv4Address pool_address(std::uint32_t host) { return wire::Ipv4Address{host}; }

Plan plan_of(const std::vector<PoolRange>& pools,
             const std::vector<wire::Ipv4Address>& reserved = {}) {
  return Plan(pools, reserved);
}

const auto kNobodyIsTold = [](Slot, wire::Ipv4Address) {};

TEST(SlotMap, BeginsAsThePlanNumbersItsAddresses) {
  const Plan plan =
      plan_of({{pool_address(10), pool_address(19)}, {pool_address(30), pool_address(39)}},
              {pool_address(25)});
  const SlotMap map(plan, 30);
  EXPECT_EQ(map.room(), 9u);
  EXPECT_EQ(map.missing(plan), 0u);
  for (const SlotMap::Extent& extent : map.extents()) {
    EXPECT_EQ(plan.slot_of(pool_address(extent.first)), extent.slot);
  }
}

TEST(SlotMap, GivesSlotsToWhatIsNewAloneAndTellsOfThem) {
  SlotMap map(plan_of({{pool_address(10), pool_address(19)}}), 30);
  const Plan next = plan_of({{pool_address(8), pool_address(21)}}, {pool_address(40)});
  EXPECT_EQ(map.missing(next), 5u);
  std::map<Slot, std::uint32_t> begun;
  const Plan placed =
      map.place(next, [&](Slot slot, wire::Ipv4Address address) { begun[slot] = address.host(); });
  EXPECT_EQ(begun.size(), 5u);
  for (std::uint32_t host = 8; host <= 21; ++host) {
    const auto slot = placed.slot_of(pool_address(host));
    ASSERT_TRUE(slot);
    EXPECT_EQ(placed.address_of(*slot), pool_address(host));
    EXPECT_EQ(placed.slot_in(0, host - 8), *slot);
    EXPECT_EQ(placed.range_of(*slot), 0);
    if (host >= 10 && host <= 19) {
      EXPECT_EQ(*slot, host - 10) << "it had this one";
    }
  }
  EXPECT_FALSE(placed.is_whole(0));
  EXPECT_EQ(placed.pool_of(*placed.slot_of(pool_address(40))), kNoPool);
  EXPECT_EQ(map.room(), 15u);
  EXPECT_EQ(map.missing(next), 0u);
}

TEST(SlotMap, KeepsWhatNoPlanHasAnyMoreUntilItIsOver) {
  SlotMap map(plan_of({{pool_address(10), pool_address(19)}}), 12);
  const Plan next = plan_of({{pool_address(10), pool_address(13)}});
  const Plan placed = map.place(next, kNobodyIsTold);
  ASSERT_TRUE(placed.slot_of(pool_address(15))) << "somebody may hold it";
  EXPECT_EQ(placed.range_of(*placed.slot_of(pool_address(15))), kNoPool);

  map.release(next, next, [](Slot slot) { return slot != 5; });
  EXPECT_EQ(map.room(), 2u) << "slots rest";
  EXPECT_EQ(map.missing(plan_of({{pool_address(10), pool_address(19)}})), 5u);
  EXPECT_EQ(map.missing(plan_of({{pool_address(15), pool_address(15)}})), 0u);
  map.release(next, next, [](Slot) { return false; });
  EXPECT_EQ(map.room(), 7u);
}

TEST(SlotMap, KeepsWhatTheNextPlanHasAgain) {
  const Plan first = plan_of({{pool_address(10), pool_address(19)}});
  SlotMap map(first, 12);
  const Plan moved = plan_of({{pool_address(30), pool_address(31)}});
  map.place(moved, kNobodyIsTold);
  map.release(moved, first, [](Slot) { return true; });
  EXPECT_EQ(map.missing(first), 0u);
}

TEST(SlotMap, TellsWhatIsMissing) {
  SlotMap map(plan_of({{pool_address(10), pool_address(19)}}), 12);
  EXPECT_EQ(map.missing(plan_of({{pool_address(10), pool_address(22)}})), 3u);
  EXPECT_EQ(map.missing(plan_of({{pool_address(100), pool_address(199)}},
                                {pool_address(10), pool_address(5)})),
            101u);
  EXPECT_EQ(map.missing(
                plan_of({{pool_address(0xffffffff), pool_address(0xffffffff)}}, {pool_address(0)})),
            2u);
}

// Pools that move about for a long time, beside what is held of earlier ones.
TEST(SlotMap, IsRightWhateverFollows) {
  constexpr std::size_t kSlots = 400;
  base::Random random(7);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random.below(limit));
  };
  Plan plan = plan_of({{pool_address(1000), pool_address(1099)}});
  SlotMap map(plan, kSlots);
  std::map<std::uint32_t, Slot> slots;
  for (std::uint32_t i = 0; i < 100; ++i) slots[1000 + i] = i;
  for (int round = 0; round < 2'000; ++round) {
    map.release(plan, plan, [&](Slot slot) { return (slot + static_cast<Slot>(round)) % 3 != 0; });
    const std::uint32_t first = 1000 + below(200);
    const std::uint32_t middle = first + below(50);
    plan = plan_of({{pool_address(first), pool_address(middle)},
                    {pool_address(middle + 1), pool_address(middle + 1 + below(50))}},
                   {pool_address(900 + below(400)), pool_address(900 + below(400))});
    if (map.missing(plan) > map.room()) continue;
    const Plan placed = map.place(plan, kNobodyIsTold);
    std::set<Slot> seen;
    std::map<std::uint32_t, Slot> now;
    for (const SlotMap::Extent& extent : map.extents()) {
      for (std::uint32_t i = 0; i < extent.count; ++i) {
        ASSERT_TRUE(seen.insert(extent.slot + i).second) << "round " << round;
        ASSERT_LT(extent.slot + i, kSlots);
        now[extent.first + i] = extent.slot + i;
        ASSERT_EQ(placed.slot_of(pool_address(extent.first + i)), extent.slot + i);
        ASSERT_EQ(placed.address_of(extent.slot + i), pool_address(extent.first + i));
      }
    }
    for (const Plan::Run& run : plan.runs()) {
      for (std::uint32_t host = run.first; host <= run.last; ++host) {
        ASSERT_TRUE(now.contains(host));
        const auto before = slots.find(host);
        // What was released in between may have another one.
        if (before != slots.end() && seen.contains(before->second) &&
            placed.address_of(before->second) == pool_address(host)) {
          ASSERT_EQ(now[host], before->second);
        }
      }
    }
    slots = std::move(now);
  }
}

}  // namespace
}  // namespace stentor::lease
