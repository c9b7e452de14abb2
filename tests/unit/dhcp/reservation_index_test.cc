// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/reservation_index.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace stentor::dhcp {
namespace {

TEST(ReservationIndex, finds_nothing_when_empty) {
  // Goal: no reservations is a normal configuration.
  EXPECT_FALSE(ReservationIndex().find(0));
  EXPECT_FALSE(ReservationIndex(std::vector<std::uint64_t>{}).find(1));
}

TEST(ReservationIndex, keeps_subnets_apart) {
  // Goal: one MAC may be reserved in two subnets.
  const wire::MacAddress mac{{1, 2, 3, 4, 5, 6}};
  const ReservationIndex index(
      {ReservationIndex::key_of(0, mac), ReservationIndex::key_of(1, mac)});
  EXPECT_EQ(index.find(ReservationIndex::key_of(0, mac)), 0U);
  EXPECT_EQ(index.find(ReservationIndex::key_of(1, mac)), 1U);
  EXPECT_FALSE(index.find(ReservationIndex::key_of(2, mac)));
}

TEST(ReservationIndex, finds_each_of_many_and_nobody_else) {
  // Goal: neighbours in a table of consecutive MACs, as racks have them, are all found.
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < 10000; ++i) keys.push_back(0x525400000000 + i);
  const ReservationIndex index(keys);
  for (std::uint32_t i = 0; i < keys.size(); ++i) ASSERT_EQ(index.find(keys[i]), i);
  base::Random random(1);
  for (int i = 0; i < 10000; ++i) ASSERT_FALSE(index.find(random.next() | 1ULL << 62));
  // The key of subnet 0 and a MAC of zeros is not taken for an unused place.
  ASSERT_FALSE(index.find(0));
}

}  // namespace
}  // namespace stentor::dhcp
