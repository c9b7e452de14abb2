// SPDX-License-Identifier: BSD-3-Clause
// Goal: an answer reaches the probe that it is for and no other; a proxy ARP router is known after
// three answers, and one machine that has one address never is.
#include "worker/probe_board.h"

#include <gtest/gtest.h>

namespace stentor::worker {
namespace {

constexpr wire::MacAddress kOne{{2, 0, 0, 0, 0, 1}};
constexpr wire::MacAddress kTwo{{2, 0, 0, 0, 0, 2}};
constexpr wire::Ipv4Address kAddress{0x0a141005};
constexpr wire::Ipv4Address kOther{0x0a141006};
constexpr wire::Ipv4Address kThird{0x0a141007};

using Opened = ProbeBoard::Opened;

class ProbeBoardTest : public testing::Test {
 protected:
  ProbeBoard board{64, 4, {1, 2}};
};

TEST_F(ProbeBoardTest, TellsWhoAnswered) {
  EXPECT_FALSE(board.answer(1, kAddress, kOne)) << "nobody asked";
  EXPECT_EQ(board.open(1, kAddress), Opened::yes);
  EXPECT_FALSE(board.answer(2, kAddress, kOne)) << "another network";
  EXPECT_FALSE(board.answer(1, kOther, kOne)) << "another address";
  EXPECT_TRUE(board.answer(1, kAddress, kOne));
  EXPECT_EQ(board.close(1, kAddress), kOne);
  EXPECT_FALSE(board.answer(1, kAddress, kOne)) << "it is over";
}

TEST_F(ProbeBoardTest, SilenceIsNoAnswer) {
  EXPECT_EQ(board.open(1, kAddress), Opened::yes);
  EXPECT_EQ(board.close(1, kAddress), std::nullopt);
  // The answer to the one before is not the next one's.
  EXPECT_EQ(board.open(1, kAddress), Opened::yes);
  EXPECT_TRUE(board.answer(1, kAddress, kOne));
  EXPECT_TRUE(board.close(1, kAddress).has_value());
  EXPECT_EQ(board.open(1, kAddress), Opened::yes);
  EXPECT_EQ(board.close(1, kAddress), std::nullopt);
}

TEST_F(ProbeBoardTest, AnAddressIsAskedForOnce) {
  EXPECT_EQ(board.open(1, kAddress), Opened::yes);
  EXPECT_EQ(board.open(1, kAddress), Opened::by_another);
  EXPECT_EQ(board.open(2, kAddress), Opened::yes);
}

TEST_F(ProbeBoardTest, HoldsWhatItWasMadeForAndSaysWhenItIsFull) {
  std::uint32_t opened = 0;
  while (board.open(0, wire::Ipv4Address{opened}) == Opened::yes) ++opened;
  EXPECT_GE(opened, 64u);
  EXPECT_EQ(board.open(0, wire::Ipv4Address{opened}), Opened::full);
  for (std::uint32_t i = 0; i < opened; ++i) board.close(0, wire::Ipv4Address{i});
  EXPECT_EQ(board.open(0, wire::Ipv4Address{opened}), Opened::yes);
}

TEST_F(ProbeBoardTest, AMachineThatAnswersForThreeAddressesIsAProxy) {
  EXPECT_FALSE(board.note_conflict(1, kAddress, kOne));
  EXPECT_FALSE(board.note_conflict(1, kOther, kOne));
  EXPECT_FALSE(board.is_suspended(1));
  const auto pardoned = board.note_conflict(1, kThird, kOne);
  ASSERT_TRUE(pardoned);
  EXPECT_EQ(*pardoned, (ProbeBoard::Pardoned{kAddress, kOther}));
  EXPECT_TRUE(board.is_suspended(1));
  EXPECT_EQ(board.proxy_of(1), kOne);
  EXPECT_FALSE(board.is_suspended(2)) << "there it is not known";
  EXPECT_FALSE(board.note_conflict(1, kThird, kTwo)) << "it stays so";
  EXPECT_EQ(board.proxy_of(1), kOne);
}

TEST_F(ProbeBoardTest, WhoHasOneAddressIsNoProxy) {
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(board.note_conflict(1, kAddress, kOne));
  EXPECT_FALSE(board.note_conflict(1, kOther, kTwo))
      << "another machine, with an address of its own";
  EXPECT_FALSE(board.note_conflict(1, kThird, kOne));
  EXPECT_FALSE(board.is_suspended(1));
}

TEST_F(ProbeBoardTest, APingTellsNothingOfWhoAnswered) {
  for (std::uint32_t i = 0; i < 5; ++i) {
    EXPECT_FALSE(board.note_conflict(1, wire::Ipv4Address{i}, {}));
  }
  EXPECT_FALSE(board.is_suspended(1));
}

}  // namespace
}  // namespace stentor::worker
