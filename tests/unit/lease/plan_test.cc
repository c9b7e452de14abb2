// SPDX-License-Identifier: BSD-3-Clause
// Goal: every address of the pools and reservations has one slot and back; no other address has.
#include "lease/plan.h"

#include <gtest/gtest.h>

namespace stentor::lease {
namespace {

wire::Ipv4Address plan_address(std::uint32_t host) { return wire::Ipv4Address{host}; }

TEST(Plan, OfNothingKnowsNoAddress) {
  const Plan plan({}, {});
  EXPECT_EQ(plan.slots(), 0u);
  EXPECT_EQ(plan.pools(), 0u);
  EXPECT_FALSE(plan.slot_of(plan_address(0)));
  EXPECT_FALSE(plan.slot_of(plan_address(0xffffffff)));
}

TEST(Plan, MapsEveryAddressToItsOwnSlotAndBack) {
  const PoolRange pools[] = {{plan_address(200), plan_address(209)},
                             {plan_address(100), plan_address(109)}};
  const wire::Ipv4Address reserved[] = {plan_address(205), plan_address(50),  plan_address(51),
                                        plan_address(110), plan_address(300), plan_address(50)};
  const Plan plan(pools, reserved);
  EXPECT_EQ(plan.slots(), 24u);
  std::vector<bool> seen(plan.slots());
  std::size_t known = 0;
  for (std::uint32_t host = 0; host < 400; ++host) {
    const auto slot = plan.slot_of(plan_address(host));
    if (!slot) continue;
    ++known;
    ASSERT_LT(*slot, plan.slots());
    EXPECT_FALSE(seen[*slot]) << host;
    seen[*slot] = true;
    EXPECT_EQ(plan.address_of(*slot), plan_address(host));
  }
  EXPECT_EQ(known, plan.slots());
}

TEST(Plan, NumbersPoolsAsGivenAndReservedAddressesAsNone) {
  const PoolRange pools[] = {{plan_address(200), plan_address(209)},
                             {plan_address(100), plan_address(109)}};
  const wire::Ipv4Address reserved[] = {plan_address(205), plan_address(50)};
  const Plan plan(pools, reserved);
  const auto pool = [&](std::uint32_t host) {
    return plan.pool_of(*plan.slot_of(plan_address(host)));
  };
  EXPECT_EQ(pool(200), 0);
  EXPECT_EQ(pool(209), 0);
  EXPECT_EQ(pool(100), 1);
  EXPECT_EQ(pool(205), kNoPool);
  EXPECT_EQ(pool(50), kNoPool);
  EXPECT_EQ(plan.range_of(*plan.slot_of(plan_address(205))), 0);
  EXPECT_EQ(plan.range_of(*plan.slot_of(plan_address(50))), kNoPool);
  EXPECT_EQ(plan.interval_of(0).count, 10u);
  EXPECT_EQ(plan.interval_of(1).first, *plan.slot_of(plan_address(100)));
  EXPECT_EQ(plan.reserved().size(), 2u);
}

TEST(Plan, TakesRangesUpToTheLastAddressThereIs) {
  const PoolRange pools[] = {{plan_address(0xfffffffe), plan_address(0xffffffff)}};
  const wire::Ipv4Address reserved[] = {plan_address(0)};
  const Plan plan(pools, reserved);
  EXPECT_EQ(plan.slots(), 3u);
  EXPECT_EQ(plan.slot_of(plan_address(0xffffffff)), 2u);
  EXPECT_EQ(plan.slot_of(plan_address(0)), 0u);
  EXPECT_FALSE(plan.slot_of(plan_address(1)));
}

TEST(Plan, WithMoreReservedAddressesKeepsItsPools) {
  const PoolRange pools[] = {{plan_address(200), plan_address(209)},
                             {plan_address(100), plan_address(109)}};
  const wire::Ipv4Address reserved[] = {plan_address(205), plan_address(50)};
  const Plan plan(pools, reserved);
  const wire::Ipv4Address more[] = {plan_address(103), plan_address(300), plan_address(205),
                                    plan_address(51), plan_address(103)};
  const Plan next = plan.with_reserved(more);
  EXPECT_EQ(next.pools(), 2u);
  EXPECT_EQ(next.slots(), plan.slots() + 2) << "of the two that no pool has";
  EXPECT_EQ(next.reserved().size(), 5u);
  for (std::uint32_t host = 0; host < 400; ++host) {
    const auto before = plan.slot_of(plan_address(host));
    const auto after = next.slot_of(plan_address(host));
    const bool is_new = host == 51 || host == 300;
    ASSERT_EQ(after.has_value(), before.has_value() || is_new) << host;
    if (!after) continue;
    EXPECT_EQ(next.range_of(*after), before ? plan.range_of(*before) : kNoPool) << host;
    const bool is_reserved = is_new || host == 50 || host == 103 || host == 205;
    EXPECT_EQ(next.pool_of(*after) == kNoPool, is_reserved) << host;
  }
  EXPECT_EQ(next, Plan(pools, std::vector{plan_address(50), plan_address(51), plan_address(103),
                                          plan_address(205), plan_address(300)}));
}

TEST(Plan, WithNoMoreReservedAddressesIsTheSame) {
  const PoolRange pools[] = {{plan_address(0xfffffff0), plan_address(0xffffffff)}};
  const wire::Ipv4Address reserved[] = {plan_address(0xffffffff), plan_address(0)};
  const Plan plan(pools, reserved);
  EXPECT_EQ(plan.with_reserved({}), plan);
  EXPECT_EQ(plan.with_reserved(reserved), plan);
  EXPECT_EQ(Plan({}, {}).with_reserved(reserved), Plan({}, reserved));
}

TEST(PlanDeathTest, RefusesPoolsThatOverlap) {
  const PoolRange pools[] = {{plan_address(1), plan_address(5)},
                             {plan_address(5), plan_address(9)}};
  EXPECT_DEATH(Plan(pools, {}), "does not hold");
}

}  // namespace
}  // namespace stentor::lease
