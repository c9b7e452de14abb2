// SPDX-License-Identifier: BSD-3-Clause
// Goal: blocks beyond number 65,535 are numbered as client or configuration want it, and an ACK is
// told from those of a cycle before, in windows up to the largest.
#include <gtest/gtest.h>

#include "transfer_driver.h"

namespace stentor::tftp {
namespace {

constexpr std::uint16_t kRollovers[] = {0, 1};

TEST(TransferRollover, RollsOverToZeroOrOneAsOftenAsTheFileNeeds) {
  for (const std::uint16_t rollover : kRollovers) {
    const std::uint64_t blocks = 3 * 65536 + 10;
    TransferDriver driver(windowed(16, 8), (blocks - 1) * 8, {.rollover = rollover});
    std::uint16_t expected = 0;
    std::uint64_t sent = 0;
    while (const auto first = driver.transfer.next_block()) {
      std::uint16_t number = first->number;
      while (const auto block = driver.transfer.next_block()) {
        ++expected;
        if (expected == 0) expected = rollover;
        ASSERT_EQ(block->number, expected) << sent;
        number = block->number;
        driver.transfer.mark_sent(driver.now);
        ++sent;
      }
      const AckEffect effect = driver.ack(number);
      ASSERT_EQ(effect, sent == blocks ? AckEffect::complete : AckEffect::advanced) << sent;
    }
    EXPECT_EQ(sent, blocks);
  }
}

TEST(TransferRollover, RollsOverAsTheClientAsksWhateverTheConfigurationSays) {
  for (const std::uint16_t rollover : kRollovers) {
    Grant grant = windowed(4096, 8);
    grant.rollover = rollover;
    const auto other = static_cast<std::uint16_t>(1 - rollover);
    TransferDriver driver(grant, 800000, {.rollover = other});
    for (int window = 1; window <= 15; ++window) {
      driver.send();
      ASSERT_EQ(driver.ack(static_cast<std::uint16_t>(window * 4096)), AckEffect::advanced);
    }
    ASSERT_EQ(driver.send().back(), 65536u);
    EXPECT_EQ(driver.ack(rollover), AckEffect::advanced) << "of block 65,536";
    EXPECT_EQ(driver.transfer.bytes_acknowledged(), 65536u * 8);
  }
}

// The largest that is granted: half of all numbers, so that an ACK of any block of the window
// before is told from one of this window.
TEST(TransferRollover, TellsAWindowOf32767BlocksFromTheOneBefore) {
  constexpr std::uint64_t kWindow = 32767;
  constexpr std::uint64_t kBlocks = 3 * 65536 + 10;
  for (const std::uint16_t rollover : kRollovers) {
    const auto number_of = [&](std::uint64_t index) {
      return static_cast<std::uint16_t>(
          index < 65536 ? index : (index - rollover) % (65536 - rollover) + rollover);
    };
    TransferDriver driver(windowed(kWindow, 8), (kBlocks - 1) * 8, {.rollover = rollover});
    std::uint64_t acknowledged = 0;
    for (std::uint64_t window = 1; acknowledged < kBlocks; ++window) {
      const Indices sent = driver.send();
      const std::uint64_t last = std::min(acknowledged + kWindow, kBlocks);
      ASSERT_EQ(sent.front(), acknowledged + 1) << window;
      ASSERT_EQ(sent.size(), last - acknowledged) << window;
      for (const std::uint64_t late : {acknowledged - kWindow, acknowledged - 1}) {
        if (window == 1) break;
        ASSERT_EQ(driver.ack(number_of(late)), AckEffect::duplicate) << late;
      }
      // Half a cycle ahead is half a cycle behind: whichever it is taken for, nothing moves.
      const AckEffect effect = driver.ack(number_of(last + 1));
      ASSERT_TRUE(effect == AckEffect::beyond || effect == AckEffect::duplicate) << last;
      acknowledged = window % 3 == 0 ? acknowledged + kWindow / 2 : last;
      ASSERT_EQ(driver.ack(number_of(acknowledged)), acknowledged == kBlocks ? AckEffect::complete
                                                     : window % 3 == 0       ? AckEffect::resumed
                                                                             : AckEffect::advanced)
          << acknowledged;
    }
    EXPECT_EQ(driver.transfer.bytes_acknowledged(), (kBlocks - 1) * 8);
  }
}

TEST(TransferRollover, AcknowledgesAcrossTheRollover) {
  for (const std::uint16_t rollover : kRollovers) {
    TransferDriver driver(windowed(4, 8), 800000, {.rollover = rollover});
    // 16,383 windows end at block 65,532; the next one holds 65,533 to 65,536.
    for (int window = 1; window <= 16383; ++window) {
      ASSERT_EQ(driver.send().size(), 4u);
      ASSERT_EQ(driver.ack(static_cast<std::uint16_t>(window * 4)), AckEffect::advanced);
    }
    EXPECT_EQ(driver.send(), (Indices{65533, 65534, 65535, 65536}));
    EXPECT_EQ(driver.ack(65531), AckEffect::duplicate);
    EXPECT_EQ(driver.ack(static_cast<std::uint16_t>(rollover + 1)), AckEffect::beyond);
    EXPECT_EQ(driver.ack(rollover), AckEffect::advanced);
    EXPECT_EQ(driver.transfer.next_block()->number, rollover + 1);
    EXPECT_EQ(driver.ack(65535), AckEffect::duplicate);
  }
}

TEST(TransferRollover, TellsLateAcksFromAcksOfWhatWasNotSent) {
  for (const std::uint16_t rollover : kRollovers) {
    TransferDriver driver(windowed(4, 8), 800000, {.rollover = rollover});
    driver.send();
    EXPECT_EQ(driver.ack(5), AckEffect::beyond);
    EXPECT_EQ(driver.ack(4), AckEffect::advanced);
    driver.send();
    EXPECT_EQ(driver.ack(3), AckEffect::duplicate);
    EXPECT_EQ(driver.ack(0), AckEffect::duplicate);
    EXPECT_EQ(driver.ack(9), AckEffect::beyond);
    EXPECT_EQ(driver.ack(65535), AckEffect::beyond);
    EXPECT_EQ(driver.transfer.bytes_acknowledged(), 4u * 8);
  }
}

}  // namespace
}  // namespace stentor::tftp
