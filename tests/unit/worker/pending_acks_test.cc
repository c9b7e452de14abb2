// SPDX-License-Identifier: BSD-3-Clause
// Goal: frames come back whole and in order, and never more than there is room for.
#include "worker/pending_acks.h"

#include <gtest/gtest.h>

namespace stentor::worker {
namespace {

std::vector<std::uint8_t> frame_of(std::uint64_t ticket) {
  std::vector<std::uint8_t> frame(300 + ticket % 7);
  for (std::size_t i = 0; i < frame.size(); ++i) {
    frame[i] = static_cast<std::uint8_t>(ticket + i);
  }
  return frame;
}

TEST(PendingAcks, ComeBackInOrderRoundAndRound) {
  PendingAcks acks(true);
  std::uint64_t next = 1;
  std::uint64_t oldest = 1;
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < PendingAcks::kCapacity * 2 / 3; ++i, ++next) {
      acks.hold({.ticket = next, .port = static_cast<PortIndex>(next % 5)}, frame_of(next));
    }
    for (; acks.size() != 0; acks.pop(), ++oldest) {
      ASSERT_EQ(acks.front().ticket, oldest);
      ASSERT_EQ(acks.front().port, oldest % 5);
      const base::Bytes frame = acks.front_frame();
      ASSERT_EQ(std::vector<std::uint8_t>(frame.begin(), frame.end()), frame_of(oldest));
    }
    ASSERT_EQ(oldest, next);
  }
}

TEST(PendingAcks, HaveRoomForSoManyAndForWholeFrames) {
  PendingAcks acks(true);
  EXPECT_FALSE(acks.has_room(PendingAcks::kFrameBytesMax + 1));
  for (std::size_t i = 0; i < PendingAcks::kCapacity; ++i) {
    ASSERT_TRUE(acks.has_room(PendingAcks::kFrameBytesMax));
    acks.hold({.ticket = i + 1}, frame_of(i));
  }
  EXPECT_FALSE(acks.has_room(1));
  acks.pop();
  EXPECT_TRUE(acks.has_room(1));
}

TEST(PendingAcks, AreNeverHeldWhereNoneWait) { EXPECT_FALSE(PendingAcks(false).has_room(1)); }

}  // namespace
}  // namespace stentor::worker
