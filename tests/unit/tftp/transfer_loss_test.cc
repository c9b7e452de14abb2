// SPDX-License-Identifier: BSD-3-Clause
// Goal: every loss is repaired from the right block, and no ACK, however often it is repeated or
// how late it comes, makes traffic multiply (the sorcerer's apprentice) or moves the transfer back.
#include <gtest/gtest.h>

#include "transfer_driver.h"

namespace stentor::tftp {
namespace {

// Blocks 1 to 4 have left, a round trip ago.
TransferDriver one_window_out() {
  TransferDriver driver(windowed(4), 50000);
  driver.send();
  driver.pass(1ms);
  return driver;
}

// The first is acknowledged, and the second has just left: 5 to 8.
TransferDriver second_window_out() {
  TransferDriver driver = one_window_out();
  driver.ack(4);
  driver.send();
  return driver;
}

TEST(TransferLoss, LockStepIgnoresDuplicateAcks) {
  TransferDriver driver({}, 5000);
  driver.send();
  EXPECT_EQ(driver.ack(1), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{2}));
  for (int i = 0; i < 10; ++i) {
    driver.pass(10ms);
    EXPECT_EQ(driver.ack(1), AckEffect::duplicate);
    EXPECT_EQ(driver.ack(0), AckEffect::duplicate);
    EXPECT_EQ(driver.send(), Indices{});
  }
}

TEST(TransferLoss, ResumesAfterAnAckInsideTheWindowOnce) {
  TransferDriver driver = one_window_out();
  EXPECT_EQ(driver.ack(2), AckEffect::resumed);  // 3 was lost, 4 came
  EXPECT_EQ(driver.send(), (Indices{3, 4, 5, 6}));
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(2), AckEffect::duplicate);
  EXPECT_EQ(driver.send(), Indices{});
  EXPECT_EQ(driver.transfer.retransmissions(), 2u);
  EXPECT_EQ(driver.ack(6), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{7, 8, 9, 10}));
}

TEST(TransferLoss, ResumesAfterAnAckOfTheBlockBeforeTheWindowOnce) {
  TransferDriver driver = second_window_out();
  driver.pass(1ms);
  // 5 was lost; EDK2 answers 6, 7 and 8 with one ACK each.
  EXPECT_EQ(driver.ack(4), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{5, 6, 7, 8}));
  EXPECT_EQ(driver.ack(4), AckEffect::duplicate);
  EXPECT_EQ(driver.ack(4), AckEffect::duplicate);
  EXPECT_EQ(driver.send(), Indices{});
  // A resend that is lost as well is the timer's, and then a report counts again.
  EXPECT_EQ(driver.time_out(), TimeoutEffect::resend);
  EXPECT_EQ(driver.send(), (Indices{5, 6, 7, 8}));
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(4), AckEffect::resumed);
}

TEST(TransferLoss, ResumesAtTheFirstBlockWhenTheFirstIsLost) {
  TransferDriver driver = one_window_out();
  EXPECT_EQ(driver.ack(0), AckEffect::resumed);
  EXPECT_FALSE(driver.transfer.oack_ready());
  EXPECT_EQ(driver.send(), (Indices{1, 2, 3, 4}));
}

TEST(TransferLoss, DoesNotBelieveAReportThatNobodyCanHaveSentYet) {
  TransferDriver driver = second_window_out();
  driver.pass(100us);  // the network's copy of the ACK
  EXPECT_EQ(driver.ack(4), AckEffect::duplicate);
  driver.pass(900us);
  EXPECT_EQ(driver.ack(4), AckEffect::resumed);
}

// Its OACK's ACK was lost, and the client has repeated it after 4 s. Then a window of 4 whose way
// through the network took 2 ms, and the path 2 ms.
TransferDriver first_ack_lost(std::uint16_t windowsize) {
  const Grant grant = windowed(windowsize, 1468);
  TransferDriver driver(grant, 1'000'000);
  driver.transfer = Transfer(grant, Limits{}, 1'000'000, driver.now);
  driver.transfer.mark_oack_sent(driver.now);
  driver.pass(4s);
  driver.ack(0);
  driver.send();
  driver.pass(4ms);
  driver.ack(windowsize);
  return driver;
}

TEST(TransferLoss, BelievesReportsOfAClientWhoseFirstAckWasLost) {
  // Goal: the round trip of a whole window is not taken for the path's, before which no report can
  // come.
  TransferDriver driver = first_ack_lost(4);
  driver.send();
  driver.pass(2500us);  // 5 is lost
  EXPECT_EQ(driver.ack(4), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{5, 6, 7, 8}));
}

// Of 1,468 bytes, at a quarter of 1 Gb/s.
constexpr double kFirstIntervalNs = 49'216;

TEST(TransferLoss, LearnsNoPaceOfAPathThatItCanOnlyGuess) {
  // Goal: nor is a guessed part of it taken for a queue.
  TransferDriver driver = first_ack_lost(64);
  driver.transfer.mark_sent(driver.now);
  const base::Duration interval = driver.transfer.due(driver.now) - driver.now;
  EXPECT_NEAR(static_cast<double>(interval.count()), kFirstIntervalNs, 32);
}

TEST(TransferLoss, TakesAFasterPaceBackThatLosesBlocks) {
  TransferDriver driver(windowed(64, 1468), 1'000'000);
  driver.send();
  driver.pass(1ms);  // no queue: half of the interval
  driver.ack(64);
  // Between two blocks that leave later than now.
  const auto interval = [&] {
    driver.transfer.mark_sent(driver.now);
    while (driver.transfer.due(driver.now) == driver.now) driver.transfer.mark_sent(driver.now);
    const base::Time first = driver.transfer.due(driver.now);
    driver.transfer.mark_sent(driver.now);
    return static_cast<double>((driver.transfer.due(driver.now) - first).count());
  };
  EXPECT_NEAR(interval(), kFirstIntervalNs / 2, 32);
  driver.send();
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{80, 96}) {
    driver.pass(1s);  // what it owes to its pace has passed
    ASSERT_EQ(driver.ack(number), AckEffect::resumed);
    EXPECT_NEAR(interval(), kFirstIntervalNs, 32) << "once";
    driver.send();
  }
}

TEST(TransferLoss, DoesNotBelieveAReportThatIsNearlyARoundTripOld) {
  // Goal: ACKs of copies that were on the path before the new window come up to then.
  TransferDriver driver = second_window_out();
  driver.pass(800us);
  EXPECT_EQ(driver.ack(4), AckEffect::duplicate);
  EXPECT_EQ(driver.send(), Indices{});
}

TEST(TransferLoss, DoesNotTakeTheAcksOfCopiesForReportsOfTheNextWindow) {
  // Goal: the whole window was sent again, and a client that had it already acknowledges each copy
  // while the next one is on its way.
  TransferDriver driver = second_window_out();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(4), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{5, 6, 7, 8}));
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(8), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{9, 10, 11, 12}));
  for (int i = 0; i < 4; ++i) {
    driver.pass(400us);
    EXPECT_EQ(driver.ack(8), AckEffect::duplicate);
  }
  EXPECT_EQ(driver.send(), Indices{});
  EXPECT_EQ(driver.ack(12), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{13, 14, 15, 16}));
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(12), AckEffect::resumed) << "the next window's report is believed as ever";
}

// A network that copies, and a path on which a window takes long: each ACK moves the number by one,
// and each resend queues behind the ones before. Then the window moves, and nothing is sent again.
TransferDriver many_resends_in_a_row() {
  TransferDriver driver(windowed(16), 500'000);
  driver.send();
  for (std::uint16_t number = 1; number <= kResendsPlain + 1; ++number) {
    driver.pass(1ms);
    EXPECT_EQ(driver.ack(number), AckEffect::resumed) << number;
    driver.send();
  }
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(10), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{26}));
  return driver;
}

TEST(TransferLoss, BelievesNoReportAfterManyResendsInARowUntilTheClientIsQuiet) {
  TransferDriver driver = many_resends_in_a_row();
  const base::Duration wait = driver.transfer.deadline() - driver.now;
  driver.pass(2ms);
  EXPECT_EQ(driver.ack(10), AckEffect::duplicate);
  const base::Time heard = driver.now;
  EXPECT_EQ(driver.expire(), TimeoutEffect::early);
  EXPECT_EQ(driver.expire(), TimeoutEffect::probe);
  EXPECT_EQ(driver.now - heard, wait);
  EXPECT_EQ(driver.send(), (Indices{26}));
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(10), AckEffect::resumed);
}

TEST(TransferLoss, WaitsForAClientToBeQuietNoLongerThanForTheTimer) {
  TransferDriver driver = many_resends_in_a_row();
  const base::Time sent = driver.now;
  TimeoutEffect effect = TimeoutEffect::early;
  while (effect == TimeoutEffect::early) {
    driver.pass(1ms);
    driver.ack(10);
    effect = driver.transfer.on_timeout(driver.now, 255);
  }
  EXPECT_EQ(effect, TimeoutEffect::probe);
  EXPECT_EQ(driver.now - sent, 20ms);
}

TEST(TransferLoss, BelievesReportsAgainAfterAnAckThatLeavesNoDoubt) {
  TransferDriver driver = many_resends_in_a_row();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(26), AckEffect::advanced);  // first sent after the newest resend
  driver.send();
  for (std::uint16_t number = 27; number < 30; ++number) {
    driver.pass(1ms);
    EXPECT_EQ(driver.ack(number), AckEffect::resumed);
    driver.send();
  }
}

TEST(TransferLoss, DoesNotBelieveReportsThatItsOwnNeedlessResendCaused) {
  TransferDriver driver = second_window_out();
  driver.pass(900us);
  EXPECT_EQ(driver.ack(4), AckEffect::resumed);  // a copy, delayed by the network
  driver.send();
  driver.pass(100us);
  EXPECT_EQ(driver.ack(8), AckEffect::advanced);  // sooner than the resend can have arrived
  driver.send();
  driver.pass(900us);
  // The client acknowledges each copy of 5 to 8.
  for (int i = 0; i < 4; ++i) EXPECT_EQ(driver.ack(8), AckEffect::duplicate);
  EXPECT_EQ(driver.send(), Indices{});
  driver.pass(100us);
  EXPECT_EQ(driver.ack(12), AckEffect::advanced);
  // The next window's report is believed as ever.
  driver.send();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(12), AckEffect::resumed);
}

TEST(TransferLoss, MovesItsWindowButResendsOnceInARoundTrip) {
  TransferDriver driver = one_window_out();
  EXPECT_EQ(driver.ack(1), AckEffect::resumed);  // 2 was late, 3 and 4 came before it
  EXPECT_EQ(driver.send(), (Indices{2, 3, 4, 5}));
  driver.pass(100us);
  EXPECT_EQ(driver.ack(2), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{6}));
  // What is still missing a round trip later was lost.
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(2), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{3, 4, 5, 6}));
}

TEST(TransferLoss, SendsOnceWhatFollowsAResendThatTheClientDidNotNeed) {
  // Goal: one frame that the network copies does not make every later window overlap the one before
  // it.
  TransferDriver driver = one_window_out();
  // A copy of 2 came before 3 and 4: the client has all four, and counts its window from 3.
  EXPECT_EQ(driver.ack(2), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{3, 4, 5, 6}));
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(4), AckEffect::advanced);  // of the copy of 3, before 5 and 6 arrive
  EXPECT_EQ(driver.send(), (Indices{7, 8}));
  EXPECT_EQ(driver.ack(4), AckEffect::duplicate);  // of the copy of 4
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(8), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{9, 10, 11, 12}));
}

TEST(TransferLoss, SendsAgainWhatWasLostRightBehindAResend) {
  // Goal: the same ACK 4, because 5 was lost: what the client says a round trip later is believed.
  TransferDriver driver = one_window_out();
  driver.ack(2);
  driver.send();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(4), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{7, 8}));
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(4), AckEffect::resumed);
  EXPECT_EQ(driver.send(), (Indices{5, 6, 7, 8}));
}

TEST(TransferLoss, BelievesReportsAfterAResendThatWasNeeded) {
  TransferDriver driver = one_window_out();
  EXPECT_EQ(driver.ack(2), AckEffect::resumed);
  driver.send();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(6), AckEffect::advanced);
  driver.send();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(6), AckEffect::resumed);
}

TEST(TransferLoss, ALateAckNeverMovesTheWindowBack) {
  TransferDriver driver = one_window_out();
  EXPECT_EQ(driver.ack(2), AckEffect::resumed);
  driver.send();
  driver.pass(1ms);
  EXPECT_EQ(driver.ack(6), AckEffect::advanced);
  driver.send();
  constexpr std::uint16_t kLate[] = {0, 2, 4, 5};
  for (const std::uint16_t late : kLate) {
    EXPECT_EQ(driver.ack(late), AckEffect::duplicate) << late;
  }
  EXPECT_EQ(driver.send(), Indices{});
  EXPECT_EQ(driver.transfer.bytes_acknowledged(), 6u * 512);
}

TEST(TransferLoss, TakesTheAckOfBlocksThatItWasAboutToSendAgain) {
  TransferDriver driver(windowed(4), 50000);
  driver.send();
  driver.time_out();
  EXPECT_EQ(driver.transfer.next_block()->index, 1u);
  driver.transfer.mark_sent(driver.now);
  EXPECT_EQ(driver.ack(4), AckEffect::advanced);
  EXPECT_EQ(driver.send(), (Indices{5, 6, 7, 8}));
}

TEST(TransferLoss, SendsTheWholeWindowAgainAfterATimeout) {
  TransferDriver driver(windowed(4), 50000);
  driver.send();
  EXPECT_EQ(driver.time_out(), TimeoutEffect::resend);
  EXPECT_EQ(driver.send(), (Indices{1, 2, 3, 4}));
  EXPECT_EQ(driver.transfer.retransmissions(), 4u);
}

TEST(TransferLoss, CountsARepeatedAckAsASignOfLifeButNotOfProgress) {
  TransferDriver driver({}, 5000);
  driver.send();
  driver.ack(1);
  driver.send();
  const base::Time moved = driver.now;
  const base::Time deadline = driver.transfer.deadline();
  driver.pass(10ms);
  EXPECT_EQ(driver.transfer.silence(driver.now), 10ms);
  driver.ack(1);
  EXPECT_EQ(driver.transfer.silence(driver.now), 0ms);
  EXPECT_EQ(driver.transfer.deadline(), deadline);
  // Its number must move within kSilenceMax, however often it says the same.
  while (driver.time_out() == TimeoutEffect::resend) {
    driver.send();
    driver.ack(1);
  }
  EXPECT_GE(driver.now - moved, kSilenceMax);
  EXPECT_LE(driver.now - moved, kSilenceMax + 6s);
}

TEST(TransferLoss, CountsAcksThatCannotBeOfNowAsNoSignOfLife) {
  // Goal: late ones, and ones of what was not sent; the edges of the window count.
  TransferDriver driver(windowed(4), 50000);
  driver.send();
  driver.ack(4);
  driver.send();
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{0, 3, 9, 40000}) {
    driver.pass(10ms);
    driver.ack(number);
    EXPECT_GE(driver.transfer.silence(driver.now), 10ms) << number;
  }
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{4, 5, 8}) {
    driver.pass(10ms);
    driver.ack(number);
    EXPECT_EQ(driver.transfer.silence(driver.now), 0ms) << number;
  }
}

TEST(TransferLoss, SendsNothingOfItsOwnAccordWhileHushed) {
  TransferDriver driver({}, 50000);
  driver.send();
  driver.pass(10ms);
  driver.ack(1);
  driver.send();
  const base::Duration rto = driver.transfer.deadline() - driver.now;
  driver.transfer.hush(driver.now);
  EXPECT_EQ(driver.transfer.deadline(), driver.now + kSilenceAfterRepeat);
  EXPECT_EQ(driver.time_out(), TimeoutEffect::resend) << "it ends";
  EXPECT_FALSE(driver.transfer.is_hushed());
  driver.send();
  EXPECT_EQ(driver.transfer.deadline() - driver.now, 2 * rto) << "and counts as a lost block";
}

TEST(TransferLoss, SpeaksAgainOnceAHushedClientIsHeard) {
  // Goal: a copy of its last ACK brings the timer back, so does a new one; a late one does not.
  TransferDriver driver({}, 50000);
  for (const std::uint16_t number : std::initializer_list<std::uint16_t>{1, 2}) {
    driver.send();
    driver.pass(10ms);
    driver.ack(number);
  }
  driver.send();
  const base::Duration rto = driver.transfer.deadline() - driver.now;
  driver.transfer.hush(driver.now);
  driver.ack(1);
  EXPECT_TRUE(driver.transfer.is_hushed());
  driver.ack(2);
  EXPECT_FALSE(driver.transfer.is_hushed());
  EXPECT_EQ(driver.transfer.deadline() - driver.now, rto);
  driver.transfer.hush(driver.now);
  driver.ack(3);
  EXPECT_FALSE(driver.transfer.is_hushed());
  driver.send();
  EXPECT_LT(driver.transfer.deadline() - driver.now, 1s);
}

TEST(TransferLoss, HushesBlocksThatAreStillToBeSent) {
  // Goal: the end of a window that leaves after the repeat does not start the timer of old.
  TransferDriver driver(windowed(4), 50000);
  driver.send();
  driver.ack(4);
  driver.transfer.hush(driver.now);
  EXPECT_EQ(driver.transfer.deadline(), base::kNever);
  driver.send();
  EXPECT_EQ(driver.transfer.deadline(), driver.now + kSilenceAfterRepeat);
}

TEST(TransferLoss, HushShortensNoNegotiatedTimeout) {
  TransferDriver driver({.timeout_us = 60'000'000, .oack_timeout = true}, 50000);
  driver.send();
  driver.transfer.hush(driver.now);
  EXPECT_EQ(driver.transfer.deadline(), driver.now + 60s);
}

}  // namespace
}  // namespace stentor::tftp
