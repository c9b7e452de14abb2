// SPDX-License-Identifier: BSD-3-Clause
// Goal: a slip of the finger finds its word, another word finds nothing.
#include "config/near_miss.h"

#include <array>
#include <gtest/gtest.h>

namespace stentor::config {
namespace {

constexpr std::array<std::string_view, 5> kKnown{"lease-time", "pxe-lease-time", "relays", "mtu",
                                                 "subnets"};

TEST(NearMiss, FindsSlipsOfTheFinger) {
  EXPECT_EQ(find_near_miss("leas-time", kKnown), "lease-time");
  EXPECT_EQ(find_near_miss("lease_time", kKnown), "lease-time");
  EXPECT_EQ(find_near_miss("LeaseTime", kKnown), "lease-time");
  EXPECT_EQ(find_near_miss("realys", kKnown), "relays");
  EXPECT_EQ(find_near_miss("subnet", kKnown), "subnets");
  EXPECT_EQ(find_near_miss("mut", kKnown), "mtu");
  EXPECT_EQ(find_near_miss("lease", kKnown), "lease-time");
}

TEST(NearMiss, GuessesNothingForAnotherWord) {
  EXPECT_EQ(find_near_miss("shared-networks", kKnown), "");
  EXPECT_EQ(find_near_miss("", kKnown), "");
  EXPECT_EQ(find_near_miss("xyz", kKnown), "");
  EXPECT_EQ(find_near_miss(std::string(100000, 'r'), kKnown), "");
}

TEST(Enumerate, ReadsLikeASentence) {
  EXPECT_EQ(enumerate(std::span(kKnown).first(3)), "lease-time, pxe-lease-time and relays");
  EXPECT_EQ(enumerate(std::span(kKnown).first(1)), "lease-time");
  EXPECT_EQ(enumerate({}), "");
}

}  // namespace
}  // namespace stentor::config
