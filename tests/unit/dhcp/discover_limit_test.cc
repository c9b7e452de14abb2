// SPDX-License-Identifier: BSD-3-Clause
// Goal: a client may send so many DISCOVERs a second, all at once or one by one, and what it sends
// beyond that costs nobody else anything, however many there are.
#include "dhcp/discover_limit.h"

#include <gtest/gtest.h>

namespace stentor::dhcp {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kStart{std::chrono::hours{1}};

// Of `count` DISCOVERs of one client at one time, those that are looked at.
int taken(DiscoverLimit& limit, std::uint64_t client, int count, base::Time now,
          std::uint32_t a_second = 10) {
  int taken = 0;
  for (int i = 0; i < count; ++i) taken += limit.take(client, a_second, now);
  return taken;
}

TEST(DiscoverLimit, TakesASecondsWorthAtOnceAndThenTheRate) {
  DiscoverLimit limit;
  EXPECT_EQ(taken(limit, 1, 1000, kStart), 10);
  EXPECT_EQ(taken(limit, 1, 10, kStart + 99ms), 0);
  EXPECT_EQ(taken(limit, 1, 10, kStart + 100ms), 1);
  EXPECT_EQ(taken(limit, 1, 1000, kStart + 10s), 10);
}

TEST(DiscoverLimit, TakesOneASecondAndAThousand) {
  DiscoverLimit limit;
  EXPECT_EQ(taken(limit, 1, 5, kStart, 1), 1);
  EXPECT_EQ(taken(limit, 1, 5, kStart + 999ms, 1), 0);
  EXPECT_EQ(taken(limit, 1, 5, kStart + 1s, 1), 1);
  EXPECT_EQ(taken(limit, 2, 5000, kStart, 1000), 1000);
}

TEST(DiscoverLimit, NeverStopsAClientThatKeepsToTheRate) {
  DiscoverLimit limit;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(taken(limit, 1, 1, kStart + i * 100ms), 1) << i;
}

TEST(DiscoverLimit, OneClientsNoiseIsNobodyElses) {
  DiscoverLimit limit(1024);
  for (std::uint64_t client = 1; client <= 1024; ++client) {
    EXPECT_EQ(taken(limit, client, 100, kStart), 10) << client;
  }
}

// More clients than it holds: it may forgive, never refuse one that has kept to the rate.
TEST(DiscoverLimit, ForgivesRatherThanForgetsWhoIsWhoWhenItIsFull) {
  DiscoverLimit limit(4);
  for (std::uint64_t client = 1; client <= 100; ++client) {
    EXPECT_EQ(taken(limit, client, 1, kStart), 1) << client;
  }
  EXPECT_EQ(taken(limit, 100, 100, kStart), 9) << "the newest is still known";
}

}  // namespace
}  // namespace stentor::dhcp
