// SPDX-License-Identifier: BSD-3-Clause
// Goal: while a device is full, blocks, replies and minor replies each have their part of what it
// takes, whatever the others ask for; while it is not, nobody is held back.
#include "worker/transmit_batch.h"

#include <gtest/gtest.h>

#include "support/fake_port.h"

namespace stentor::worker {
namespace {

using support::ByteVector;
using support::FakePort;
using Batch = TransmitBatch<FakePort::Queue>;

constexpr base::Time kBatchStart{std::chrono::hours{1}};
constexpr std::uint8_t kBlock = 'b';
constexpr std::uint8_t kReply = 'r';
constexpr std::uint8_t kMinor = 'm';

class TransmitBatchTest : public testing::Test {
 protected:
  // As in a loop of a worker: replies first, then as many blocks as there is room for.
  void loop(std::size_t replies, std::size_t minor) {
    for (std::size_t i = 0; i < replies; ++i) batch.push_reply(ByteVector{kReply});
    for (std::size_t i = 0; i < minor; ++i) batch.push_minor_reply(ByteVector{kMinor});
    while (batch.room() != 0) ASSERT_TRUE(batch.push(ByteVector{kBlock}));
    batch.flush(kBatchStart);
  }

  // Of what has left so far, and is forgotten then.
  std::size_t sent(std::uint8_t kind) {
    std::size_t count = 0;
    while (const auto frame = port.take()) left.push_back((*frame)[0]);
    for (const std::uint8_t one : left) count += one == kind ? 1 : 0;
    return count;
  }

  FakePort port{wire::MacAddress{{2, 0, 0, 0, 0, 1}}, 1};
  Counters counters;
  capture::Tap tap{counters.frames_captured, counters.frames_lost_to_capture};
  Batch batch{port.queue(0), counters, tap, 0};
  std::vector<std::uint8_t> left;
};

TEST_F(TransmitBatchTest, HoldsNobodyBackWhileTheDeviceTakesAll) {
  for (int i = 0; i < 10; ++i) loop(16, 16);
  EXPECT_EQ(sent(kReply), 160u);
  EXPECT_EQ(sent(kMinor), 160u);
  EXPECT_EQ(sent(kBlock), 10 * Batch::kBlocks);
  EXPECT_EQ(port.buffers_in_use(), 0u);
}

TEST_F(TransmitBatchTest, AFloodOfMinorRepliesLeavesNineTenthsToBlocks) {
  port.queue(0).set_transmit_max(2);
  for (int i = 0; i < 10'000; ++i) loop(0, 32);
  const auto blocks = static_cast<double>(sent(kBlock));
  EXPECT_GE(blocks / static_cast<double>(left.size()), 0.9);
  EXPECT_GT(sent(kMinor), 0u) << "and somewhat to them";
  EXPECT_GT(counters.drops[static_cast<std::size_t>(wire::DropReason::transmit_full)].value(), 0u);
}

TEST_F(TransmitBatchTest, AFloodOfRepliesLeavesMostToBlocks) {
  port.queue(0).set_transmit_max(2);
  for (int i = 0; i < 10'000; ++i) loop(32, 32);
  const auto blocks = static_cast<double>(sent(kBlock));
  EXPECT_GE(blocks / static_cast<double>(left.size()), 0.6);
  EXPECT_GT(sent(kReply), 0u);
}

TEST_F(TransmitBatchTest, WithoutBlocksRepliesHaveAllOfIt) {
  port.queue(0).set_transmit_max(0);
  for (std::size_t i = 0; i < Batch::kFrames + 10; ++i) batch.push_reply(ByteVector{kReply});
  batch.flush(kBatchStart);
  EXPECT_EQ(batch.room(), 0u);
  port.queue(0).set_transmit_max(SIZE_MAX);
  batch.flush(kBatchStart);
  EXPECT_EQ(sent(kReply), Batch::kFrames);
  EXPECT_EQ(batch.room(), Batch::kBlocks);
}

TEST_F(TransmitBatchTest, StartsAnewAfterADeadDevice) {
  port.queue(0).set_transmit_max(0);
  loop(32, 32);
  batch.flush(kBatchStart + 2 * Batch::kStallMax);
  EXPECT_TRUE(batch.is_empty());
  EXPECT_EQ(port.buffers_in_use(), 0u);
  port.queue(0).set_transmit_max(SIZE_MAX);
  loop(16, 16);
  EXPECT_EQ(sent(kMinor), 16u);
  EXPECT_EQ(sent(kReply), 16u);
}

}  // namespace
}  // namespace stentor::worker
