// SPDX-License-Identifier: BSD-3-Clause
// Goal: what was heard of a client is never new again, and what of another overtook it is.
#include "dhcp/replay_filter.h"

#include <gtest/gtest.h>

namespace stentor::dhcp {
namespace {

TEST(ReplayFilterTest, AcceptsWhatGrows) {
  // Goal: RFC 4030 section 5: what is less than or equal to the last valid value is refused.
  ReplayFilter filter;
  EXPECT_FALSE(filter.is_new(1, 0));
  EXPECT_TRUE(filter.accept(1, 5));
  for (const std::uint64_t old : {0u, 4u, 5u}) {
    EXPECT_FALSE(filter.is_new(1, old));
    EXPECT_FALSE(filter.accept(1, old));
  }
  EXPECT_TRUE(filter.is_new(1, 6));
  EXPECT_TRUE(filter.accept(1, ~std::uint64_t{0}));
  EXPECT_FALSE(filter.is_new(1, ~std::uint64_t{0}));
}

TEST(ReplayFilterTest, LetsClientsOvertakeEachOther) {
  // Goal: two workers may see two clients of one agent in the other order.
  ReplayFilter filter;
  EXPECT_TRUE(filter.accept(1, 11));
  EXPECT_TRUE(filter.accept(2, 10));
  EXPECT_FALSE(filter.accept(1, 10)) << "by whom it was not sent";
  EXPECT_FALSE(filter.accept(2 + ReplayFilter::kSlots, 10)) << "a slot is a client";
}

TEST(ReplayFilterTest, RemembersNothingOfAQuestion) {
  // Goal: RFC 4030 section 9.2: a value that nothing proves yet must leave no trace.
  ReplayFilter filter;
  EXPECT_TRUE(filter.is_new(1, 1'000'000));
  EXPECT_TRUE(filter.accept(1, 1));
}

}  // namespace
}  // namespace stentor::dhcp
