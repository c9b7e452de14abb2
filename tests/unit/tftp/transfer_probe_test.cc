// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is lost at the end of a window, or twice, is repaired long before the timer's floor,
// by one block or by what the client has said; and where nothing was lost, or the header promises
// silence, no probe leaves.
#include <gtest/gtest.h>

#include "transfer_driver.h"

namespace stentor::tftp {
namespace {

// The RTO without its floor: a smoothed round trip of 1 ms, and four times its variation.
constexpr base::Duration kProbeAfter = 2500us;
constexpr base::Duration kFloor = 20ms;

base::Duration patience(const TransferDriver& driver) {
  return driver.transfer.deadline() - driver.now;
}

// A block was lost and sent again; then blocks 7 to 10 have left. Each round trip took 1 ms.
void lose_one(TransferDriver& driver) {
  driver.send();
  driver.pass(1ms);
  ASSERT_EQ(driver.ack(2), AckEffect::resumed);
  driver.send();
  driver.pass(1ms);
  ASSERT_EQ(driver.ack(6), AckEffect::advanced);
  ASSERT_EQ(driver.send(), (Indices{7, 8, 9, 10}));
}

class TransferProbe : public testing::Test {
 protected:
  void SetUp() override { lose_one(driver); }

  TransferDriver driver{windowed(4), 50000};
};

TEST_F(TransferProbe, LeavesThreeTimesBeforeTheTimerAndIsTheNewestBlock) {
  for (unsigned i = 0; i < kProbesMax; ++i) {
    EXPECT_EQ(patience(driver), kProbeAfter);
    EXPECT_EQ(driver.expire(), TimeoutEffect::probe);
    EXPECT_EQ(driver.send(), (Indices{10}));
  }
  EXPECT_EQ(patience(driver), kFloor) << "not backed off";
  EXPECT_EQ(driver.expire(), TimeoutEffect::resend);
  EXPECT_EQ(driver.send(), (Indices{7, 8, 9, 10}));
  EXPECT_EQ(driver.transfer.retransmissions(), 2 + kProbesMax + 4);
}

TEST_F(TransferProbe, RepairsALostAckAndBelievesNoReportOfItsCopy) {
  EXPECT_EQ(driver.expire(), TimeoutEffect::probe);
  driver.send();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(10), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{11, 12, 13, 14}));
  driver.pass(1ms);  // the first ACK was late, and this one is of the copy
  EXPECT_EQ(driver.ack(10), AckEffect::duplicate);
  EXPECT_EQ(driver.send(), Indices{});
  EXPECT_EQ(driver.ack(14), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{15, 16, 17, 18}));
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(14), AckEffect::resumed) << "the next window's report is believed as ever";
}

TEST_F(TransferProbe, RepairsATailOfWhichMoreWasLost) {
  driver.expire();
  driver.send();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(8), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{9, 10, 11, 12}));
}

TEST_F(TransferProbe, MakesAReportCountAgainOnceItCanHaveBeenAnswered) {
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(6), AckEffect::resumed);
  driver.send();
  EXPECT_EQ(driver.ack(6), AckEffect::duplicate);
  EXPECT_EQ(driver.expire(), TimeoutEffect::probe);
  EXPECT_EQ(driver.send(), (Indices{10}));
  driver.pass(900us);
  EXPECT_EQ(driver.ack(6), AckEffect::duplicate) << "sent before the probe arrived";
  driver.pass(100us);
  EXPECT_EQ(driver.ack(6), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{7, 8, 9, 10}));
}

TEST_F(TransferProbe, GivesWayToAResendThatTheClientSaysWasLost) {
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(6), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{7, 8, 9, 10}));
  driver.pass(1ms);
  // 7 is lost again: 8, 9 and 10 are answered with the same ACK. It does nothing until its time.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(driver.ack(6), AckEffect::duplicate);
  EXPECT_EQ(driver.send(), Indices{});
  EXPECT_EQ(patience(driver), kProbeAfter - 1ms);
  EXPECT_EQ(driver.expire(), TimeoutEffect::resend);
  EXPECT_EQ(driver.send(), (Indices{7, 8, 9, 10}));
  EXPECT_EQ(patience(driver), kProbeAfter) << "no timeout: nothing is backed off";
  driver.pass(500us);
  EXPECT_EQ(driver.ack(6), AckEffect::duplicate);
  EXPECT_EQ(driver.expire(), TimeoutEffect::probe) << "that repeat was too early to tell";
}

TEST_F(TransferProbe, IsBoundedForAClientThatSaysTheSameForEver) {
  std::size_t sent = 0;
  for (const base::Time end = driver.now + kFloor; driver.now < end; driver.pass(500us)) {
    driver.ack(6);
    sent += driver.send().size();
    driver.transfer.on_timeout(driver.now, 255);
    sent += driver.send().size();
  }
  EXPECT_EQ(sent, 4 * (1 + kProbesMax)) << "for the report, and for each probe";
}

// The path may have become slower than a probe knows.
TEST_F(TransferProbe, StopsAtATimeoutUntilARoundTripIsMeasured) {
  EXPECT_EQ(driver.time_out(), TimeoutEffect::resend);
  driver.send();
  EXPECT_EQ(patience(driver), 2 * kFloor);
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(10), AckEffect::advanced);
  driver.send();
  EXPECT_EQ(patience(driver), 2 * kFloor);
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(14), AckEffect::advanced);
  driver.send();
  EXPECT_LE(patience(driver), kProbeAfter);
}

TEST_F(TransferProbe, IsNoMeasurementIfTheAckMayBeOfItsCopy) {
  driver.expire();
  driver.send();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(10), AckEffect::advanced);
  driver.send();
  EXPECT_EQ(patience(driver), kProbeAfter);
}

TEST_F(TransferProbe, IsPutOffByWindowsThatTakeLonger) {
  // Goal: an ACK that comes too soon after the probe to be of it measures the window. If it did
  // not, each window that takes 3 ms would be probed from now on, and none of them be measured.
  unsigned probes = 0;
  for (std::uint16_t number = 10; number < 90; number = static_cast<std::uint16_t>(number + 4)) {
    const base::Time answer = driver.now + 3ms;
    while (driver.transfer.deadline() <= answer) {
      ASSERT_EQ(driver.expire(), TimeoutEffect::probe);
      ++probes;
      driver.send();
    }
    driver.now = answer;
    ASSERT_EQ(driver.ack(number), AckEffect::advanced);
    driver.send();
  }
  EXPECT_GE(probes, 1u);
  EXPECT_LE(probes, 3u);
}

TEST_F(TransferProbe, WaitsUntilTheWindowIsOut) {
  driver.pass(1ms);
  driver.ack(10);
  driver.transfer.mark_sent(driver.now);
  EXPECT_EQ(patience(driver), kFloor);
}

TEST_F(TransferProbe, IsSilencedByHush) {
  driver.transfer.hush(driver.now);
  EXPECT_EQ(patience(driver), kSilenceAfterRepeat);
  EXPECT_EQ(driver.expire(), TimeoutEffect::resend);
}

TEST_F(TransferProbe, NeverComesAfterTheTimer) {
  TransferDriver quick(windowed(4), 50000, {.rto_min = 1ms});
  lose_one(quick);
  EXPECT_EQ(patience(quick), kProbeAfter);
  EXPECT_EQ(quick.expire(), TimeoutEffect::resend) << "the timer itself";
}

TEST(TransferProbeless, WhereNothingWasSentAgain) {
  TransferDriver driver(windowed(4), 50000);
  driver.send();
  EXPECT_EQ(patience(driver), kFloor);
  EXPECT_EQ(driver.expire(), TimeoutEffect::resend);
}

TEST(TransferProbeless, InLockStep) {
  TransferDriver driver({}, 50000);
  driver.send();
  EXPECT_EQ(driver.expire(), TimeoutEffect::resend);
  driver.send();
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{1, 2, 3}) {
    driver.pass(1ms);
    driver.ack(number);
    driver.send();
  }
  EXPECT_EQ(patience(driver), kFloor);
  EXPECT_EQ(driver.expire(), TimeoutEffect::resend);
}

TEST(TransferProbeless, WithANegotiatedTimeout) {
  TransferDriver driver(
      {.windowsize = 4, .timeout_us = 1'000'000, .oack_windowsize = true, .oack_timeout = true},
      50000);
  lose_one(driver);
  EXPECT_EQ(patience(driver), 1s);
  EXPECT_EQ(driver.expire(), TimeoutEffect::resend);
}

}  // namespace
}  // namespace stentor::tftp
