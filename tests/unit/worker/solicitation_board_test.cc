// SPDX-License-Identifier: BSD-3-Clause
// Goal: told that there is no router is a machine in firmware that asks in vain, and nobody else:
// no operating system, nobody before a router had its time, nobody where a router advertises.
#include "worker/solicitation_board.h"

#include <gtest/gtest.h>
#include <vector>

namespace stentor::worker {
namespace {

using namespace std::chrono_literals;
using Answer = SolicitationBoard::Answer;

constexpr wire::MacAddress kMachine{{0x52, 0x54, 0, 0x12, 0x34, 0x56}};
constexpr wire::MacAddress kOtherMachine{{0x52, 0x54, 0, 0x12, 0x34, 0x57}};

class SolicitationBoardTest : public testing::Test {
 protected:
  Answer solicit(base::Duration at, const wire::MacAddress& mac = kMachine) {
    return board.solicit(1, mac, start + at);
  }
  void note(base::Duration at, const wire::MacAddress& mac = kMachine) {
    board.note_firmware(1, mac, start + at);
  }

  SolicitationBoard board{4, 0x9e3779b97f4a7c15};
  base::Time start{1h};
};

// Goal: the stock ROM's own clock (SeaBIOS: 18.2 Hz), DHCP done before its second solicitation.
TEST_F(SolicitationBoardTest, IpxeIsToldByItsThirdSolicitation) {
  note(0ms);
  EXPECT_EQ(solicit(1ms), Answer::wait) << "the first is the routers'";
  note(2ms);
  EXPECT_EQ(solicit(254ms), Answer::wait) << "a router may still answer the first";
  EXPECT_EQ(solicit(803ms), Answer::tell);
  EXPECT_EQ(solicit(1852ms), Answer::tell) << "the advertisement was lost";
}

TEST_F(SolicitationBoardTest, IpxeIsToldWhereItsDhcpIsAnsweredLater) {
  EXPECT_EQ(solicit(0ms), Answer::not_firmware);
  EXPECT_EQ(solicit(254ms), Answer::not_firmware);
  EXPECT_EQ(solicit(803ms), Answer::not_firmware);
  note(1000ms);
  EXPECT_EQ(solicit(1852ms), Answer::wait) << "the first since it is known";
  EXPECT_EQ(solicit(3880ms), Answer::tell);
}

TEST_F(SolicitationBoardTest, WhoIsNotKnownToBeInFirmwareIsNotTold) {
  note(0ms, kOtherMachine);
  board.note_firmware(2, kMachine, start);
  for (const auto at : {1ms, 1000ms, 2000ms, 3000ms}) {
    EXPECT_EQ(solicit(at), Answer::not_firmware);
  }
}

// Goal: an operating system that its ROM loaded in no time, and that keeps RFC 4861 and 7559.
TEST_F(SolicitationBoardTest, AnOperatingSystemIsNotTold) {
  note(0ms);
  solicit(1ms);
  note(2ms);
  EXPECT_EQ(solicit(2500ms), Answer::tell) << "as if it were the ROM's second";
  EXPECT_NE(solicit(6100ms), Answer::tell);
  EXPECT_NE(solicit(13100ms), Answer::tell);
  EXPECT_NE(solicit(13900ms), Answer::tell) << "even if it hurries: its firmware is long gone";
}

TEST_F(SolicitationBoardTest, ASeriesThatBeginsLateIsNotTheFirmwares) {
  note(0ms);
  EXPECT_EQ(solicit(3000ms), Answer::not_firmware);
  EXPECT_EQ(solicit(4000ms), Answer::not_firmware);
  note(4100ms);
  EXPECT_EQ(solicit(5000ms), Answer::tell) << "it is in firmware again";
}

TEST_F(SolicitationBoardTest, WhereARouterAdvertisesNobodyIsTold) {
  note(0ms);
  solicit(1ms);
  board.note_router(1, 0s, start + 2ms);
  EXPECT_EQ(solicit(1000ms), Answer::has_router);
  note(30min, kOtherMachine);
  EXPECT_EQ(solicit(30min, kOtherMachine), Answer::has_router);
  EXPECT_EQ(solicit(30min + 3ms, kOtherMachine), Answer::wait) << "its time is over";
  EXPECT_EQ(solicit(30min + 800ms, kOtherMachine), Answer::tell);
}

TEST_F(SolicitationBoardTest, ARouterCountsAsLongAsItSays) {
  board.note_router(1, 9000s, start);
  note(8990s);
  EXPECT_EQ(solicit(8991s), Answer::has_router);
  board.note_firmware(2, kMachine, start);
  EXPECT_EQ(board.solicit(2, kMachine, start + 1ms), Answer::wait) << "another network";
}

TEST_F(SolicitationBoardTest, WhereNobodySolicitsMachinesAreNoLongerNoted) {
  for (std::uint32_t i = 0; i < SolicitationBoard::kNotedInVain; ++i) note(0ms, kOtherMachine);
  note(1ms);
  EXPECT_EQ(solicit(2ms), Answer::not_firmware);
  note(3ms);
  EXPECT_EQ(solicit(4ms), Answer::wait) << "somebody has solicited";
  EXPECT_EQ(solicit(800ms), Answer::tell);
}

TEST_F(SolicitationBoardTest, AFullBoardForgetsWhoWasHeardOfLongestAgo) {
  SolicitationBoard small(1, 1, 4);
  const auto numbered = [](std::uint8_t number) {
    return wire::MacAddress{{2, 0, 0, 0, 0, number}};
  };
  for (std::uint8_t i = 0; i < 5; ++i) {
    small.note_firmware(0, numbered(i), start + i * 10ms);
  }
  EXPECT_EQ(small.solicit(0, numbered(0), start + 60ms), Answer::not_firmware);
  for (std::uint8_t i = 1; i < 5; ++i) {
    EXPECT_EQ(small.solicit(0, numbered(i), start + 60ms), Answer::wait);
  }
}

TEST_F(SolicitationBoardTest, HoldsAStormOfMachines) {
  constexpr std::uint32_t kStorm = 20'000;
  const auto numbered = [](std::uint32_t number) {
    return wire::MacAddress::of_number(0x020000000000 + number);
  };
  std::uint32_t told = 0;
  for (std::uint32_t i = 0; i < kStorm; ++i) {
    note(0ms, numbered(i));
    solicit(1ms, numbered(i));
  }
  for (std::uint32_t i = 0; i < kStorm; ++i) told += solicit(800ms, numbered(i)) == Answer::tell;
  EXPECT_GE(told, kStorm * 99 / 100);
}

// Goal: two workers read their clocks apart.
TEST_F(SolicitationBoardTest, AClockThatIsALittleBehindDoesNoHarm) {
  note(3ms);
  EXPECT_EQ(solicit(0ms), Answer::wait);
  EXPECT_EQ(solicit(800ms), Answer::tell);
}

}  // namespace
}  // namespace stentor::worker
