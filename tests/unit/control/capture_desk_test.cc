// SPDX-License-Identifier: BSD-3-Clause
// Goal: there is one capture at a time; it tells a reader all that came, what was lost, and now and
// then that it goes on; it ends when it was told to, with its last frame said.
#include "control/capture_desk.h"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>

#include "support/frame_builder.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using wire::DropReason;

struct SeenBlock {
  std::uint32_t type = 0;
  std::string bytes;
};
constexpr std::uint32_t kSectionBlock = 0x0a0d0d0a, kInterfaceBlock = 1, kStatisticsBlock = 5,
                        kPacketBlock = 6;

std::vector<SeenBlock> blocks_of(std::string_view text) {
  std::vector<SeenBlock> blocks;
  while (!text.empty()) {
    std::uint32_t head[2];
    std::memcpy(head, text.data(), sizeof head);
    EXPECT_LE(head[1], text.size());
    blocks.push_back({head[0], std::string(text.substr(0, head[1]))});
    text.remove_prefix(head[1]);
  }
  return blocks;
}

std::size_t count_of(std::string_view text, std::uint32_t type) {
  const auto blocks = blocks_of(text);
  return static_cast<std::size_t>(
      std::ranges::count_if(blocks, [&](const SeenBlock& each) { return each.type == type; }));
}

class CaptureDeskTest : public testing::Test {
 protected:
  struct OneWorker {
    base::Counter captured;
    base::Counter lost;
    capture::Tap tap{captured, lost};

    void receive(std::size_t bytes, std::optional<DropReason> reason = {}) {
      tap.begin_loop(base::MonotonicClock::now());
      if (tap.is_on()) tap.note_received(1, support::patterned(bytes), reason);
    }
  };

  std::shared_ptr<HttpStream> start(const CaptureDesk::Limits& limits = {}) {
    auto stream = desk.start({}, limits);
    EXPECT_TRUE(stream);
    now = base::MonotonicClock::now();
    return stream ? *stream : nullptr;
  }

  OneWorker first;
  OneWorker second;
  CaptureDesk desk{{&first.tap, &second.tap}, {"boot0", "boot1"}};
  base::Time now{};
};

TEST_F(CaptureDeskTest, OpensWithItsPortsAndGoesOnWithFramesOfAllWorkers) {
  const auto stream = start();
  const std::string head = stream->next(now);
  EXPECT_EQ(count_of(head, kSectionBlock), 1u);
  EXPECT_EQ(count_of(head, kInterfaceBlock), 2u);
  EXPECT_NE(head.find("boot1"), std::string::npos);
  first.receive(60);
  second.receive(61);
  EXPECT_EQ(count_of(stream->next(now), kPacketBlock), 2u);
  EXPECT_EQ(stream->next(now), "");
  EXPECT_FALSE(stream->has_ended());
  EXPECT_TRUE(stream->period());
}

TEST_F(CaptureDeskTest, SaysWhyAFrameWasDropped) {
  const auto stream = start();
  first.receive(60, DropReason::vlan_unknown);
  EXPECT_NE(stream->next(now).find("dropped, vlan_unknown: "), std::string::npos);
}

// At the first frame behind the gap, of the worker that has it.
TEST_F(CaptureDeskTest, SaysHowManyWereLostAndWhere) {
  const auto stream = start();
  for (int i = 0; i < 2800; ++i) first.receive(1500);
  const std::uint64_t lost = first.lost.value();
  ASSERT_GT(lost, 0u);
  for (std::string more; !(more = stream->next(now)).empty();) {
    EXPECT_LT(more.size(), CaptureDesk::kBytesAtOnce + 2000);
    EXPECT_EQ(more.find("lost to the capture"), std::string::npos);
  }
  second.receive(60);
  EXPECT_EQ(stream->next(now).find("lost to the capture"), std::string::npos);
  first.receive(60, DropReason::vlan_unknown);
  const std::string behind = stream->next(now);
  EXPECT_NE(behind.find("; " + std::to_string(lost) +
                        " frames of its worker's before this one were lost to the capture"),
            std::string::npos);
  first.receive(60);
  EXPECT_EQ(stream->next(now).find("lost to the capture"), std::string::npos);
}

// What a capture before has lost is none of its.
TEST_F(CaptureDeskTest, CountsItsOwnLossesByPort) {
  start();
  first.receive(60);
  second.receive(60);
  auto stream = start();
  for (int i = 0; i < 2800; ++i) first.receive(1500);
  const std::uint64_t before = first.lost.value();
  ASSERT_GT(before, 0u);
  stream.reset();
  first.receive(60);
  second.receive(60);
  stream = start({.frames = 1});
  first.receive(60);
  const auto blocks = blocks_of(stream->next(now));
  ASSERT_EQ(blocks.size(), 1u + 2 + 1 + 2);
  const auto number = [&](const SeenBlock& block, std::size_t at) {
    std::uint64_t value = 0;
    std::memcpy(&value, block.bytes.data() + at, sizeof value);
    return value;
  };
  // isb_filteraccept and isb_osdrop of both ports; frames are of the second.
  EXPECT_EQ(number(blocks[4], 24), 0u);
  EXPECT_EQ(number(blocks[4], 36), 0u);
  EXPECT_EQ(number(blocks[5], 24), 1u);
  EXPECT_EQ(number(blocks[5], 36), 0u);
}

TEST_F(CaptureDeskTest, GivesEachWorkerItsTurn) {
  const auto stream = start();
  for (int i = 0; i < 2000; ++i) first.receive(1500);
  second.receive(77);
  bool has_seen_second = false;
  for (int looks = 0; looks < 3 && !has_seen_second; ++looks) {
    for (const SeenBlock& each : blocks_of(stream->next(now))) {
      std::uint32_t length = 0;
      if (each.type == kPacketBlock) std::memcpy(&length, each.bytes.data() + 24, sizeof length);
      has_seen_second |= length == 77;
    }
  }
  EXPECT_TRUE(has_seen_second);
}

TEST_F(CaptureDeskTest, SaysNowAndThenThatItGoesOn) {
  const auto stream = start();
  EXPECT_EQ(count_of(stream->next(now), kStatisticsBlock), 0u);
  EXPECT_EQ(stream->next(now + CaptureDesk::kStatisticsPeriod - 1s), "");
  EXPECT_EQ(count_of(stream->next(now + CaptureDesk::kStatisticsPeriod), kStatisticsBlock), 2u);
  EXPECT_EQ(stream->next(now + CaptureDesk::kStatisticsPeriod), "");
}

TEST_F(CaptureDeskTest, EndsBehindAsManyFramesAsWereWanted) {
  const auto stream = start({.frames = 2});
  first.receive(60);
  second.receive(61);
  second.receive(62);
  const std::string text = stream->next(now);
  EXPECT_EQ(count_of(text, kPacketBlock), 2u);
  EXPECT_EQ(count_of(text, kStatisticsBlock), 2u) << "one of each port";
  EXPECT_FALSE(stream->has_ended()) << "that is not taken yet";
  EXPECT_EQ(stream->next(now), "");
  EXPECT_TRUE(stream->has_ended());
}

TEST_F(CaptureDeskTest, EndsWhenItsTimeIsOver) {
  const auto stream = start({.time = 2s});
  EXPECT_EQ(count_of(stream->next(now + 1s), kStatisticsBlock), 0u);
  first.receive(60);
  const std::string text = stream->next(now + 3s);
  EXPECT_EQ(count_of(text, kPacketBlock), 1u);
  EXPECT_EQ(count_of(text, kStatisticsBlock), 2u) << "one of each port";
  stream->next(now + 3s);
  EXPECT_TRUE(stream->has_ended());
}

TEST_F(CaptureDeskTest, HasOneCaptureAtATimeWhichEndsWithItsStream) {
  auto stream = start();
  EXPECT_EQ(desk.start({}, {}).error(), CaptureDesk::Refusal::runs_already);
  stream.reset();
  EXPECT_EQ(desk.start({}, {}).error(), CaptureDesk::Refusal::worker_hangs);
  first.receive(60);
  second.receive(60);
  EXPECT_FALSE(first.tap.is_on());
  stream = start();
  // Nothing of the one before.
  EXPECT_EQ(count_of(stream->next(now), kPacketBlock), 0u);
}

}  // namespace
}  // namespace stentor::control
