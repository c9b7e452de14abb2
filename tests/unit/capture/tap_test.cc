// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a tap is told to note comes out as it went in, in order; what finds no room is
// counted, and a capture begins with nothing of the one before.
#include "capture/tap.h"

#include <gtest/gtest.h>

#include "support/frame_builder.h"

namespace stentor::capture {
namespace {

using namespace std::chrono_literals;
using support::ByteVector;
using wire::DropReason;

constexpr base::Time kNow{1h};

class TapTest : public testing::Test {
 protected:
  struct Seen {
    Record record;
    ByteVector bytes;
  };

  void begin(const Filter& filter = {}) {
    ASSERT_TRUE(tap.start(filter));
    tap.begin_loop(kNow);
    ASSERT_TRUE(tap.is_on());
  }
  void receive(std::size_t bytes, std::optional<DropReason> reason = {}) {
    tap.note_received(0, support::patterned(bytes), reason);
  }
  std::vector<Seen> drained() {
    std::vector<Seen> all;
    tap.drain([&](const Record& record, base::Bytes kept) {
      all.push_back({record, {kept.begin(), kept.end()}});
      return true;
    });
    return all;
  }

  base::Counter captured;
  base::Counter lost;
  Tap tap{captured, lost};
};

TEST_F(TapTest, IsOffUntilTheWorkerHasComeRound) {
  tap.begin_loop(kNow);
  EXPECT_FALSE(tap.is_on());
  ASSERT_TRUE(tap.start({}));
  EXPECT_FALSE(tap.is_on());
  tap.begin_loop(kNow);
  EXPECT_TRUE(tap.is_on());
  tap.stop();
  tap.begin_loop(kNow);
  EXPECT_FALSE(tap.is_on());
}

TEST_F(TapTest, GivesOutWhatWentIn) {
  begin();
  receive(60);
  tap.note_received(3, support::patterned(61), DropReason::vlan_unknown);
  tap.note_sent(2, support::patterned(46), support::patterned(1428), {});
  const auto seen = drained();
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].record.at, kNow);
  EXPECT_EQ(seen[0].record.direction, Direction::received);
  EXPECT_FALSE(seen[0].record.is_dropped);
  EXPECT_EQ(seen[0].bytes, support::patterned(60));
  EXPECT_EQ(seen[1].record.port, 3);
  EXPECT_TRUE(seen[1].record.is_dropped);
  EXPECT_EQ(seen[1].record.reason, DropReason::vlan_unknown);
  EXPECT_EQ(seen[2].record.direction, Direction::sent);
  ByteVector sent = support::patterned(46);
  for (const std::uint8_t byte : support::patterned(1428)) sent.push_back(byte);
  EXPECT_EQ(seen[2].bytes, sent);
  EXPECT_EQ(captured.value(), 3u);
  EXPECT_TRUE(drained().empty());
}

TEST_F(TapTest, KeepsNoMoreOfAFrameThanIsWanted) {
  for (const std::uint32_t snap : {1u, 45u, 46u, 47u, 100u}) {
    begin({.snap_bytes = snap});
    tap.note_sent(0, support::patterned(46), support::patterned(1428), {});
    const auto seen = drained();
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].record.frame_bytes, 1474u);
    EXPECT_EQ(seen[0].bytes.size(), snap);
    tap.stop();
    tap.begin_loop(kNow);
  }
}

TEST_F(TapTest, TakesTheDroppedAloneIfTheyAreWanted) {
  begin({.drops_only = true});
  receive(60);
  receive(61, DropReason::vlan_unknown);
  tap.note_sent(0, support::patterned(62), {}, {});
  tap.note_sent(0, support::patterned(63), {}, DropReason::transmit_full);
  const auto seen = drained();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].bytes.size(), 61u);
  EXPECT_EQ(seen[1].bytes.size(), 63u);
}

TEST_F(TapTest, CountsWhatFindsNoRoomAndGoesOn) {
  begin();
  std::size_t noted = 0;
  while (lost.value() == 0) {
    receive(1500);
    ++noted;
  }
  const std::size_t kept = noted - 1;
  // Each takes its bytes and a record, in units of 32.
  EXPECT_EQ(kept, Tap::kRingBytes / (1500 + 36));
  EXPECT_EQ(drained().size(), kept);
  receive(60);
  const auto next = drained();
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].record.lost, 1u) << "before this one";
}

TEST_F(TapTest, KeepsItsOrderRoundTheRing) {
  begin();
  std::size_t next = 0;
  std::size_t read = 0;
  while (next < 20'000) {
    for (int i = 0; i < 700; ++i, ++next) receive(next % 1501);
    for (const Seen& each : drained()) {
      ASSERT_EQ(each.bytes, support::patterned(read % 1501)) << read;
      ++read;
    }
    ASSERT_EQ(read, next);
  }
  EXPECT_EQ(lost.value(), 0u);
}

TEST_F(TapTest, LeavesToTheNextLookWhatIsNotWantedNow) {
  begin();
  receive(60);
  receive(61);
  std::size_t visits = 0;
  tap.drain([&](const Record& /*record*/, base::Bytes /*kept*/) { return ++visits < 2; });
  const auto seen = drained();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].bytes.size(), 61u);
}

TEST_F(TapTest, BeginsWithNothingOfTheOneBefore) {
  begin();
  receive(60);
  tap.stop();
  tap.begin_loop(kNow);
  begin({.snap_bytes = 7});
  receive(61);
  const auto seen = drained();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].bytes.size(), 7u);
}

TEST_F(TapTest, DoesNotBeginBeforeTheWorkerHasEndedTheOneBefore) {
  begin();
  EXPECT_FALSE(tap.start({})) << "it runs";
  tap.stop();
  EXPECT_FALSE(tap.start({})) << "the worker does not know yet";
  tap.stop();
  tap.begin_loop(kNow);
  EXPECT_TRUE(tap.start({}));
  // Taken back before the worker has seen it.
  tap.stop();
  tap.begin_loop(kNow);
  EXPECT_FALSE(tap.is_on());
  EXPECT_TRUE(tap.start({}));
}

}  // namespace
}  // namespace stentor::capture
