// SPDX-License-Identifier: BSD-3-Clause
// Goal: changes are numbered in their order, and what is full takes nothing.
#include "store/lane.h"

#include <gtest/gtest.h>
#include <vector>

namespace stentor::store {
namespace {

TEST(Lane, NumbersWhatItTakes) {
  std::vector<lease::LeaseChange> slots(2);
  Lane lane(slots);
  lease::LeaseChange change;
  EXPECT_EQ(lane.push(change), 1u);
  EXPECT_EQ(lane.push(change), 2u);
  EXPECT_EQ(lane.push(change), std::nullopt);
  std::vector<lease::LeaseChange> out(4);
  EXPECT_EQ(lane.pop(out), 2u);
  EXPECT_EQ(out[0].ticket, 1u);
  EXPECT_EQ(out[1].ticket, 2u);
  EXPECT_EQ(lane.push(change), 3u) << "what was refused has no number";
}

TEST(Lane, SaysWhatBecameOfThem) {
  std::vector<lease::LeaseChange> slots(2);
  Lane lane(slots);
  EXPECT_EQ(lane.committed(), 0u);
  EXPECT_EQ(lane.failed_up_to(), 0u);
  lane.set_committed(7);
  lane.set_failed(9);
  EXPECT_EQ(lane.committed(), 7u);
  EXPECT_EQ(lane.failed_up_to(), 9u);
}

}  // namespace
}  // namespace stentor::store
