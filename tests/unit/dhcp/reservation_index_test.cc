// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/reservation_index.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace stentor::dhcp {
namespace {

using Key = ReservationIndex::Key;

TEST(ReservationIndex, finds_nothing_when_empty) {
  // Goal: no reservations is a normal configuration.
  EXPECT_FALSE(ReservationIndex().find({0, 1}));
  EXPECT_FALSE(ReservationIndex(0).find({1, 1}));
  EXPECT_FALSE(ReservationIndex(5).find({1, 1}));
}

TEST(ReservationIndex, keeps_networks_apart) {
  // Goal: one MAC may be reserved in two networks.
  const wire::MacAddress mac{{1, 2, 3, 4, 5, 6}};
  ReservationIndex index(2);
  EXPECT_TRUE(index.add(ReservationIndex::key_of(0, mac), 0));
  EXPECT_TRUE(index.add(ReservationIndex::key_of(1, mac), 1));
  EXPECT_EQ(index.find(ReservationIndex::key_of(0, mac)), 0U);
  EXPECT_EQ(index.find(ReservationIndex::key_of(1, mac)), 1U);
  EXPECT_FALSE(index.find(ReservationIndex::key_of(2, mac)));
}

TEST(ReservationIndex, keeps_the_first_of_a_key) {
  // Goal: a name that stands twice does not change whom it names.
  ReservationIndex index(2);
  EXPECT_TRUE(index.add({7, 1}, 3));
  EXPECT_FALSE(index.add({7, 1}, 4));
  EXPECT_EQ(index.find({7, 1}), 3U);
}

TEST(ReservationIndex, takes_no_hash_for_a_mac_address) {
  // Goal: the low half of a hash may be any number, a MAC address's too.
  const wire::MacAddress mac{{1, 2, 3, 4, 5, 6}};
  const Key key = ReservationIndex::key_of(0, mac);
  ReservationIndex index(1);
  ASSERT_TRUE(index.add(key, 0));
  for (const std::uint64_t high : {0ULL, 1ULL, 2ULL, ~0ULL}) {
    EXPECT_FALSE(index.find(ReservationIndex::key_of(base::Hash128{key.value, high})));
  }
}

TEST(ReservationIndex, finds_each_of_many_and_nobody_else) {
  // Goal: neighbours in a table of consecutive MACs, as racks have them, are all found.
  constexpr std::uint32_t kKeys = 10000;
  ReservationIndex index(kKeys);
  for (std::uint32_t i = 0; i < kKeys; ++i) ASSERT_TRUE(index.add({0x525400000000U + i, 1}, i));
  for (std::uint32_t i = 0; i < kKeys; ++i) ASSERT_EQ(index.find({0x525400000000U + i, 1}), i);
  base::Random random(1);
  for (int i = 0; i < 10000; ++i) ASSERT_FALSE(index.find({random.next() | 1ULL << 62, 1}));
  // The key of network 0 and a MAC of zeros is not taken for an unused place.
  ASSERT_FALSE(index.find({0, 1}));
}

}  // namespace
}  // namespace stentor::dhcp
