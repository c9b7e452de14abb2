// SPDX-License-Identifier: BSD-3-Clause
// Goal: what goes in comes out once, in order, across threads; a full ring refuses and loses
// nothing.
#include "base/ring.h"

#include <array>
#include <gtest/gtest.h>
#include <thread>

namespace stentor::base {
namespace {

TEST(Ring, RefusesWhenFullAndAcceptsAgainAfterAPop) {
  std::array<int, 2> slots{};
  Ring<int> ring(slots);
  EXPECT_TRUE(ring.push(1));
  EXPECT_TRUE(ring.push(2));
  EXPECT_FALSE(ring.push(3));
  std::array<int, 1> out{};
  EXPECT_EQ(ring.pop(out), 1u);
  EXPECT_EQ(out[0], 1);
  EXPECT_TRUE(ring.push(3));
}

TEST(Ring, LeavesToOthersWhatIsTheirs) {
  std::array<int, 4> slots{};
  Ring<int> ring(slots);
  EXPECT_TRUE(ring.push(1, 2));
  EXPECT_TRUE(ring.push(2, 2));
  EXPECT_FALSE(ring.push(3, 2));
  EXPECT_TRUE(ring.push(3));
  EXPECT_TRUE(ring.push(4, 0));
}

TEST(Ring, ShowsAClaimedSlotOnceItIsPublished) {
  std::array<int, 2> slots{};
  Ring<int> ring(slots);
  std::array<int, 2> out{};
  *ring.claim() = 1;
  EXPECT_EQ(ring.pop(out), 0u);
  *ring.claim() = 2;
  ring.publish();
  EXPECT_EQ(ring.pop(out), 1u);
  EXPECT_EQ(out[0], 2);
}

TEST(Ring, HasNoSlotToClaimWhenItIsFull) {
  std::array<int, 2> slots{};
  Ring<int> ring(slots);
  for (const int value : {1, 2}) {
    *ring.claim() = value;
    ring.publish();
  }
  EXPECT_EQ(ring.claim(), nullptr);
  std::array<int, 1> out{};
  EXPECT_EQ(ring.pop(out), 1u);
  EXPECT_NE(ring.claim(), nullptr);
}

TEST(Ring, CarriesASequenceFromOneThreadToAnother) {
  constexpr int kCount = 100'000;
  std::array<int, 64> slots{};
  Ring<int> ring(slots);
  std::thread producer([&ring] {
    for (int i = 0; i < kCount;) {
      if (ring.push(i))
        ++i;
      else
        std::this_thread::yield();
    }
  });
  int expected = 0;
  std::array<int, 16> out{};
  while (expected < kCount) {
    const std::size_t count = ring.pop(out);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(out[i], expected++);
    if (count == 0) std::this_thread::yield();
  }
  producer.join();
}

}  // namespace
}  // namespace stentor::base
