// SPDX-License-Identifier: BSD-3-Clause
// Goal: without loss, a transfer of any length sends each block once, in windows, numbered as the
// wire wants it; its timer follows the round trip, backs off, and gives up only when it should.
#include "tftp/transfer.h"

#include <cmath>
#include <gtest/gtest.h>

#include "transfer_driver.h"

namespace stentor::tftp {
namespace {

TEST(Transfer, EndsAFileWithTheBlockThatIsNotFull) {
  const struct {
    std::uint64_t file_bytes, blocks;
    std::uint16_t last_bytes;
  } cases[] = {{0, 1, 0}, {1, 1, 1}, {511, 1, 511}, {512, 2, 0}, {513, 2, 1}, {1024, 3, 0}};
  for (const auto& expected : cases) {
    TransferDriver driver({}, expected.file_bytes);
    for (std::uint64_t index = 1; index <= expected.blocks; ++index) {
      const auto block = driver.transfer.next_block();
      ASSERT_TRUE(block) << expected.file_bytes;
      EXPECT_EQ(block->index, index);
      EXPECT_EQ(block->offset, (index - 1) * 512);
      const bool is_last = index == expected.blocks;
      EXPECT_EQ(block->bytes, is_last ? expected.last_bytes : 512);
      driver.transfer.mark_sent(driver.now);
      EXPECT_FALSE(driver.transfer.next_block());
      EXPECT_EQ(driver.ack(block->number), is_last ? AckEffect::complete : AckEffect::advanced);
    }
    EXPECT_FALSE(driver.transfer.next_block());
    EXPECT_EQ(driver.transfer.deadline(), base::kNever);
    EXPECT_EQ(driver.transfer.bytes_acknowledged(), expected.file_bytes);
  }
}

TEST(Transfer, SendsNoBlockBeforeItsOackIsAcknowledged) {
  TransferDriver driver({}, 0);
  Transfer transfer(windowed(4), {}, 10000, driver.now);
  EXPECT_TRUE(transfer.oack_ready());
  EXPECT_EQ(transfer.on_ack(0, driver.now), AckEffect::beyond);  // of an OACK that was not sent
  transfer.mark_oack_sent(driver.now);
  EXPECT_FALSE(transfer.oack_ready());
  EXPECT_FALSE(transfer.next_block());
  EXPECT_EQ(transfer.on_ack(1, driver.now), AckEffect::beyond);
  EXPECT_FALSE(transfer.is_acknowledged());
  EXPECT_EQ(transfer.on_ack(0, driver.now), AckEffect::advanced);
  EXPECT_TRUE(transfer.is_acknowledged());
  EXPECT_EQ(transfer.next_block()->index, 1u);
}

TEST(Transfer, SendsAWindowForEachAcknowledgedOne) {
  TransferDriver driver(windowed(4), 10 * 512);
  EXPECT_EQ(driver.send(), (Indices{1, 2, 3, 4}));
  EXPECT_EQ(driver.ack(4), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{5, 6, 7, 8}));
  EXPECT_EQ(driver.ack(8), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{9, 10, 11}));
  EXPECT_EQ(driver.ack(11), AckEffect::complete);
  EXPECT_EQ(driver.transfer.retransmissions(), 0u);
}

TEST(Transfer, WaitsASecondBeforeTheFirstMeasurementWithinItsLimits) {
  TransferDriver plain({}, 5000);
  plain.send();
  EXPECT_EQ(plain.transfer.deadline() - plain.now, 1s);
  TransferDriver quick({}, 5000, {.rto_max = 300ms});
  quick.send();
  EXPECT_EQ(quick.transfer.deadline() - quick.now, 300ms);
}

// RFC 6298 section 5.7: an ACK of what was sent twice measures nothing, so the timer stays as it
// is.
TEST(Transfer, FollowsTheRoundTripAndBacksOffUntilOneIsMeasured) {
  TransferDriver driver({}, 500000, {.rto_min = 20ms, .rto_max = 400ms});
  for (std::uint16_t number = 1; number <= 40; ++number) {
    driver.send();
    driver.pass(30ms);
    driver.ack(number);
  }
  driver.send();
  const base::Duration rto = driver.transfer.deadline() - driver.now;
  EXPECT_GE(rto, 30ms);
  EXPECT_LE(rto, 40ms);
  for (const int factor : {2, 4, 8}) {
    EXPECT_EQ(driver.time_out(), TimeoutEffect::resend);
    EXPECT_EQ(driver.send(), (Indices{41}));
    EXPECT_EQ(driver.transfer.deadline() - driver.now, rto * factor);
  }
  driver.time_out();
  driver.time_out();
  driver.send();
  EXPECT_EQ(driver.transfer.deadline() - driver.now, 400ms);
  EXPECT_EQ(driver.transfer.retransmissions(), 4u);
  driver.ack(41);
  driver.send();
  EXPECT_EQ(driver.transfer.deadline() - driver.now, 400ms);
  driver.pass(30ms);
  driver.ack(42);
  driver.send();
  EXPECT_LE(driver.transfer.deadline() - driver.now, rto);
}

// The OACK's round trip, 1 ms of it and 2 ms of its variation, and what a window takes at 4 Mb/s.
TEST(Transfer, LeavesTheFirstWindowTheTimeOfASlowLink) {
  TransferDriver driver({.blksize = 1000, .windowsize = 16, .oack_windowsize = true}, 500'000);
  driver.send();
  EXPECT_EQ(driver.transfer.deadline() - driver.now, 3ms + 16 * 2ms);
  driver.pass(1ms);
  driver.ack(16);
  driver.send();
  EXPECT_EQ(driver.transfer.deadline() - driver.now, 20ms) << "the floor";
}

// RFC 6298 section 2, in real numbers: the timer has room for how much round trips differ, and is
// at its place after each of them.
TEST(Transfer, HasRoomForRoundTripsThatDiffer) {
  TransferDriver driver({}, 500'000, {.rto_min = 1ms});
  double average = 0;
  double variation = 0;
  for (std::uint16_t number = 1; number <= 60; ++number) {
    const double sample = number % 2 == 0 ? 30'000 : 10'000;
    driver.send();
    driver.pass(std::chrono::microseconds{static_cast<int>(sample)});
    driver.ack(number);
    if (number == 1) {
      average = sample;
      variation = sample / 2;
    } else {
      variation = 0.75 * variation + 0.25 * std::abs(average - sample);
      average = 0.875 * average + 0.125 * sample;
    }
    driver.send();
    const std::chrono::duration<double, std::micro> rto = driver.transfer.deadline() - driver.now;
    ASSERT_NEAR(rto.count(), average + 4 * variation, 50) << number;
  }
  EXPECT_GT(average + 4 * variation, 50'000) << "of 10 and 30 ms in turn";
}

TEST(Transfer, KeepsItsTimerAboveTheFloor) {
  TransferDriver driver({}, 500000, {.rto_min = 20ms});
  for (std::uint16_t number = 1; number <= 40; ++number) {
    driver.send();
    driver.pass(100us);
    driver.ack(number);
  }
  driver.send();
  EXPECT_EQ(driver.transfer.deadline() - driver.now, 20ms);
}

TEST(Transfer, MeasuresNoBlockThatWasSentTwice) {
  TransferDriver driver({}, 500000, {.rto_min = 1ms});
  for (std::uint16_t number = 1; number <= 40; ++number) {
    driver.send();
    driver.pass(10ms);
    driver.ack(number);
  }
  driver.send();
  const base::Duration rto = driver.transfer.deadline() - driver.now;
  driver.time_out();
  driver.send();
  driver.pass(1us);  // the ACK of the first copy: no round trip of a microsecond
  EXPECT_EQ(driver.ack(41), AckEffect::advanced);
  driver.send();
  EXPECT_EQ(driver.transfer.deadline() - driver.now, 2 * rto);
  driver.pass(10ms);
  driver.ack(42);
  driver.send();
  EXPECT_LE(driver.transfer.deadline() - driver.now, rto);
  EXPECT_GE(driver.transfer.deadline() - driver.now, 10ms);
}

TEST(Transfer, HonoursANegotiatedTimeoutWithoutBackOff) {
  TransferDriver driver({.timeout_us = 7'000'000, .oack_timeout = true}, 5000);
  driver.send();
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(driver.transfer.deadline() - driver.now, 7s);
    EXPECT_EQ(driver.time_out(), TimeoutEffect::resend);
    EXPECT_EQ(driver.send(), (Indices{1}));
  }
}

TEST(Transfer, HonoursATimeoutOfMicroseconds) {
  TransferDriver driver({.timeout_us = 12'345, .oack_utimeout = true}, 5000);
  driver.send();
  EXPECT_EQ(driver.transfer.deadline() - driver.now, 12'345us);
}

TEST(Transfer, IgnoresATimerThatHasMoved) {
  TransferDriver driver({}, 5000);
  EXPECT_EQ(driver.transfer.on_timeout(driver.now, 5), TimeoutEffect::early);
  driver.send();
  driver.pass(999ms);
  EXPECT_EQ(driver.transfer.on_timeout(driver.now, 5), TimeoutEffect::early);
  EXPECT_FALSE(driver.transfer.next_block());
}

TEST(Transfer, SendsNothingTwiceToAnUnprovenAddress) {
  TransferDriver driver({}, 5000);
  const base::Time begun = driver.now;
  driver.send();
  EXPECT_EQ(driver.time_out(0), TimeoutEffect::held);
  EXPECT_FALSE(driver.transfer.next_block());
  EXPECT_EQ(driver.time_out(0), TimeoutEffect::given_up);
  EXPECT_EQ(driver.now - begun, kUnprovenHold);
  EXPECT_EQ(driver.transfer.retransmissions(), 0u);
}

TEST(Transfer, HoldsAnUnprovenClientAsLongWhateverTimeoutItAskedFor) {
  for (const std::uint8_t seconds : std::initializer_list<std::uint8_t>{1, 4, 5, 6, 255}) {
    TransferDriver plain({}, 0);
    Transfer transfer({.timeout_us = seconds * 1'000'000u, .oack_timeout = true}, {}, 5000,
                      plain.now);
    transfer.mark_oack_sent(plain.now);
    EXPECT_EQ(transfer.deadline() - plain.now, 1s) << "held from then on, whatever was asked";
    TimeoutEffect effect = TimeoutEffect::held;
    while (effect == TimeoutEffect::held) {
      EXPECT_FALSE(transfer.oack_ready());
      effect = transfer.on_timeout(transfer.deadline(), 0);
    }
    EXPECT_EQ(effect, TimeoutEffect::given_up);
    EXPECT_EQ(transfer.deadline() - plain.now, kUnprovenHold) << int{seconds};
  }
}

TEST(Transfer, GoesOnWithAClientWhoseFirstAckComesLate) {
  TransferDriver driver({}, 5000);
  driver.send();
  driver.pass(1s);
  EXPECT_EQ(driver.transfer.on_timeout(driver.now, 0), TimeoutEffect::held);
  driver.pass(3999ms);
  EXPECT_EQ(driver.ack(1), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{2}));
  EXPECT_EQ(driver.time_out(), TimeoutEffect::resend) << "it has proved itself";
}

TEST(Transfer, CountsTheHoldFromTheLastRepeatOfTheRequest) {
  TransferDriver driver({}, 5000);
  const base::Time begun = driver.now;
  driver.send();
  EXPECT_EQ(driver.time_out(0), TimeoutEffect::held);
  driver.pass(3s);
  driver.transfer.restart_unacknowledged(driver.now);
  EXPECT_EQ(driver.send(), (Indices{1}));
  EXPECT_EQ(driver.time_out(0), TimeoutEffect::held);
  EXPECT_EQ(driver.time_out(0), TimeoutEffect::given_up);
  EXPECT_EQ(driver.now - begun, 4s + kUnprovenHold);
}

TEST(Transfer, SendsAsOftenAsItMayToWhoNeverAnswers) {
  TransferDriver driver({}, 5000);
  driver.send();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(driver.time_out(2), TimeoutEffect::resend);
    driver.send();
  }
  EXPECT_EQ(driver.time_out(2), TimeoutEffect::given_up);
}

TEST(Transfer, HoldsALeaseHolderToItsEndToo) {
  TransferDriver driver({}, 5000, {.rto_max = 300ms});
  const base::Time begun = driver.now;
  driver.send();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(driver.time_out(2), TimeoutEffect::resend);
    driver.send();
  }
  EXPECT_EQ(driver.time_out(2), TimeoutEffect::held);
  EXPECT_EQ(driver.time_out(2), TimeoutEffect::given_up);
  EXPECT_EQ(driver.now - begun, kUnprovenHold);
}

TEST(Transfer, AgreesOnATimeoutOnlyWithTheAckOfItsOack) {
  base::Time now{1h};
  Transfer transfer({.timeout_us = 255'000'000, .oack_timeout = true}, {}, 5000, now);
  transfer.mark_oack_sent(now);
  for (const base::Duration ours : {1s, 2s}) {
    EXPECT_EQ(transfer.deadline() - now, ours) << "the server's own clock, and its back-off";
    now = transfer.deadline();
    EXPECT_EQ(transfer.on_timeout(now, 2), TimeoutEffect::resend);
    transfer.mark_oack_sent(now);
  }
  transfer.on_ack(0, now);
  transfer.mark_sent(now);
  EXPECT_EQ(transfer.deadline() - now, 255s);
}

TEST(Transfer, OutlivesAClientThatStandsStillForHalfAMinute) {
  TransferDriver driver({}, 5000);
  driver.send();
  driver.ack(1);
  driver.send();
  const base::Time start = driver.now;
  while (driver.transfer.deadline() - start < kSilenceMax) {
    ASSERT_EQ(driver.time_out(), TimeoutEffect::resend);
    driver.send();
  }
  EXPECT_EQ(driver.ack(2), AckEffect::advanced);
  driver.send();
  TimeoutEffect effect = TimeoutEffect::resend;
  const base::Time end = driver.now;
  while ((effect = driver.time_out()) == TimeoutEffect::resend) driver.send();
  EXPECT_EQ(effect, TimeoutEffect::given_up);
  EXPECT_GE(driver.now - end, kSilenceMax);
  EXPECT_LE(driver.now - end, kSilenceMax + 6s);
}

TEST(Transfer, OutlivesItHoweverShortTheNegotiatedTimeout) {
  // 10 ms without back-off: thousands of resends in the minute.
  TransferDriver driver({.timeout_us = 10'000, .oack_utimeout = true}, 5000);
  driver.send();
  driver.ack(0);
  driver.send();
  const base::Time start = driver.now;
  while (driver.transfer.deadline() - start < kSilenceMax) {
    ASSERT_EQ(driver.time_out(0), TimeoutEffect::resend) << (driver.now - start).count();
    driver.send();
  }
  EXPECT_GT(driver.transfer.retransmissions(), 5'000u);
  TimeoutEffect effect = TimeoutEffect::resend;
  while ((effect = driver.time_out(0)) == TimeoutEffect::resend) driver.send();
  EXPECT_EQ(effect, TimeoutEffect::given_up);
  EXPECT_LE(driver.now - start, kSilenceMax + 1s);
}

TEST(Transfer, ResendsAFewTimesHoweverLongTheNegotiatedTimeout) {
  TransferDriver driver({.timeout_us = 255'000'000, .oack_timeout = true}, 5000);
  driver.send();
  for (unsigned i = 0; i < kResendsMin; ++i) {
    EXPECT_EQ(driver.time_out(), TimeoutEffect::resend);
    driver.send();
  }
  EXPECT_EQ(driver.time_out(), TimeoutEffect::given_up);
}

TEST(Transfer, TakesAMissingLastAckForSuccess) {
  TransferDriver driver({}, 600);
  driver.send();
  driver.ack(1);
  driver.send();
  TimeoutEffect effect = TimeoutEffect::resend;
  while ((effect = driver.time_out(3)) == TimeoutEffect::resend) driver.send();
  EXPECT_EQ(effect, TimeoutEffect::complete);
}

// Nothing tells that any of it arrived, and there is no earlier block that could.
TEST(Transfer, TakesNoSilenceForSuccessOfWhoNeverAcknowledged) {
  TransferDriver driver({}, 300, {.rto_max = 2s});
  driver.send();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(driver.time_out(2), TimeoutEffect::resend);
    EXPECT_EQ(driver.send(), (Indices{1}));
  }
  EXPECT_EQ(driver.time_out(2), TimeoutEffect::given_up);
}

// Also where all of the file fits one window: the ACK of the OACK has shown that the client is
// there.
TEST(Transfer, TakesAMissingLastAckForSuccessAfterAnOackAlone) {
  TransferDriver driver(windowed(4), 600);
  driver.send();
  TimeoutEffect effect = TimeoutEffect::resend;
  while ((effect = driver.time_out(3)) == TimeoutEffect::resend) driver.send();
  EXPECT_EQ(effect, TimeoutEffect::complete);
}

TEST(Transfer, AnswersARepeatedRequestOnlyBeforeTheFirstAck) {
  TransferDriver plain({}, 5000);
  plain.send();
  plain.transfer.restart_unacknowledged(plain.now);
  EXPECT_EQ(plain.send(), (Indices{1}));
  plain.ack(1);
  plain.send();
  plain.transfer.restart_unacknowledged(plain.now);
  EXPECT_FALSE(plain.transfer.next_block());

  Transfer transfer(windowed(4), {}, 5000, plain.now);
  transfer.mark_oack_sent(plain.now);
  transfer.restart_unacknowledged(plain.now);
  EXPECT_TRUE(transfer.oack_ready());
  transfer.mark_oack_sent(plain.now);
  EXPECT_EQ(transfer.retransmissions(), 1u);
}

TEST(Transfer, NeverRepeatsAnOackThatWasAcknowledged) {
  TransferDriver driver(windowed(4), 50000);
  driver.transfer.restart_unacknowledged(driver.now);
  EXPECT_FALSE(driver.transfer.oack_ready());
  driver.send();
  driver.time_out();
  EXPECT_FALSE(driver.transfer.oack_ready());
  driver.ack(0);
  EXPECT_FALSE(driver.transfer.oack_ready());
}

TEST(Transfer, TakesAnAckOfTheFirstCopyOfItsOackWhileASecondIsReady) {
  base::Time now{1h};
  Transfer transfer(windowed(4), {}, 5000, now);
  transfer.mark_oack_sent(now);
  now = transfer.deadline();
  EXPECT_EQ(transfer.on_timeout(now, 2), TimeoutEffect::resend);
  EXPECT_TRUE(transfer.oack_ready());
  EXPECT_EQ(transfer.on_ack(0, now), AckEffect::advanced);
  EXPECT_FALSE(transfer.oack_ready());
}

TEST(Transfer, EndsBySilenceWhenNothingOfItCanEverBeSent) {
  TransferDriver driver(windowed(4), 5000);
  EXPECT_EQ(driver.transfer.deadline(), base::kNever);
  driver.transfer.mark_unsent(driver.now);
  const base::Time begun = driver.now;
  const base::Time first = driver.transfer.deadline();
  EXPECT_NE(first, base::kNever);
  driver.pass(1ms);
  driver.transfer.mark_unsent(driver.now);
  EXPECT_EQ(driver.transfer.deadline(), first) << "trying again puts the end off";
  unsigned resends = 0;
  while (driver.time_out() == TimeoutEffect::resend) {
    EXPECT_EQ(driver.transfer.next_block()->index, 1u);
    driver.transfer.mark_unsent(driver.now);
    ASSERT_LT(++resends, 100u);
  }
  EXPECT_GE(resends, kResendsMin);
  EXPECT_GE(driver.now - begun, kSilenceMax);
  EXPECT_LT(driver.now - begun, kSilenceMax + 10s);
  EXPECT_EQ(driver.transfer.retransmissions(), 0u);
}

TEST(Transfer, GivesBackItsGrant) {
  const Grant grant{.blksize = 1024,
                    .windowsize = 9,
                    .timeout_us = 3'000'001,
                    .rollover = 1,
                    .oack_blksize = true,
                    .oack_windowsize = true,
                    .oack_utimeout = true};
  const Grant back = Transfer(grant, {}, 1, base::Time{}).grant();
  EXPECT_EQ(back.blksize, 1024);
  EXPECT_EQ(back.windowsize, 9);
  EXPECT_EQ(back.timeout_us, 3'000'001u);
  EXPECT_EQ(back.rollover, 1);
  EXPECT_TRUE(back.oack_blksize && back.oack_utimeout && back.oack_windowsize);
  EXPECT_FALSE(back.oack_tsize || back.oack_timeout);
}

}  // namespace
}  // namespace stentor::tftp
