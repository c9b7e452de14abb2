// SPDX-License-Identifier: BSD-3-Clause
// Goal: an address that has never acknowledged costs what its request is worth, and is not
// forgotten before its answer can be here.
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

class WorkerUnprovenTest : public WorkerTest {
 protected:
  // The client gets its address from us, after all.
  void bind_lease() {
    const wire::Ipv4Address address = *wire::Ipv4Address::parse(support::kClientAddress);
    ASSERT_TRUE(rig->leases().bind({.hash = {1, 2}}, address, now, now + 1h));
  }
};

TEST_F(WorkerUnprovenTest, SendsOneAnswerAndNoMoreToAnAddressThatNeverAcknowledges) {
  start();
  EXPECT_EQ(send(support::tftp_request("file")).size(), 1u);
  for (int second = 0; second < 120; ++second) EXPECT_TRUE(wait(1s).empty());
  EXPECT_FALSE(rig->worker().has_live_transfers());
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 1u);
}

TEST_F(WorkerUnprovenTest, ForgetsAnUnprovenAddressAfterFiveSecondsWhateverTimeoutItAskedFor) {
  start();
  EXPECT_EQ(send(support::tftp_request("file", {{"timeout", "255"}})).size(), 1u);
  for (int second = 0; second < 4; ++second) EXPECT_TRUE(wait(1s).empty());
  EXPECT_TRUE(wait(999ms).empty());
  EXPECT_TRUE(rig->worker().has_live_transfers());
  EXPECT_TRUE(wait(2ms).empty());
  EXPECT_FALSE(rig->worker().has_live_transfers());
}

TEST_F(WorkerUnprovenTest, ForgetsEachOfManyAfterFiveSecondsOfItsOwn) {
  start();
  std::vector<std::uint16_t> ports;
  for (std::uint16_t port = 2070; port < 2074; ++port) {
    client_port = port;
    ports.push_back(send(support::tftp_request("file")).at(0).source_port);
    wait(1s);
  }
  const auto given_up = [this] { return rig->total(&Counters::transfers_given_up); };
  wait(999ms);
  EXPECT_EQ(given_up(), 0u);
  wait(2ms);
  EXPECT_EQ(given_up(), 1u);
  client_port = 2071;
  EXPECT_EQ(send(support::tftp_ack(1), ports[1]).size(), 1u) << "it stood behind the first";
  wait(1s);
  EXPECT_EQ(given_up(), 1u);
  wait(1s);
  EXPECT_EQ(given_up(), 2u);
  wait(998ms);
  EXPECT_EQ(given_up(), 2u);
  wait(2ms);
  EXPECT_EQ(given_up(), 3u);
  EXPECT_EQ(send(support::tftp_ack(2), ports[1]).size(), 1u);
}

TEST_F(WorkerUnprovenTest, GoesOnWithAClientWhoseFirstAckComesAfterTheTimer) {
  start();
  const auto oack = send(support::tftp_request("file", {{"tsize", "0"}}));
  for (int i = 0; i < 49; ++i) EXPECT_TRUE(wait(100ms).empty());
  const auto data = send(support::tftp_ack(0), oack[0].source_port);
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0].number, 1);
  EXPECT_FALSE(wait(4001ms).empty()) << "and resends, by the round trip that it showed";
}

TEST_F(WorkerUnprovenTest, AnswersARepeatedRequestOfAClientThatIsHeldInSilence) {
  start();
  const auto request = support::tftp_request("file");
  const auto first = send(request);
  EXPECT_TRUE(wait(4s).empty());
  const auto again = send(request);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].source_port, first[0].source_port);
  for (int i = 0; i < 49; ++i) EXPECT_TRUE(wait(100ms).empty());
  EXPECT_EQ(send(support::tftp_ack(1), first[0].source_port).size(), 1u);
}

// A full table: who is held in silence makes room, the longest held first; whose answer may still
// be on its way does not, and least of all who has acknowledged.
TEST_F(WorkerUnprovenTest, GivesTheSlotOfWhoIsHeldInSilenceToWhoAsks) {
  start({.transfers_max = 3});
  const auto request = support::tftp_request("file");
  const auto proven = send(request);
  send(support::tftp_ack(1), proven[0].source_port);
  client_port = 2071;
  const auto oldest = send(request);
  now += 500ms;
  client_port = 2072;
  const auto newer = send(request);
  client_port = 2073;
  EXPECT_TRUE(send(request).empty());
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_transfers_full), 1u);
  wait(600ms);
  EXPECT_EQ(send(request).size(), 1u) << "the second of 2071 has passed";
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 1u);
  client_port = 2074;
  EXPECT_TRUE(send(request).empty()) << "that of 2072 has not";
  client_port = 2071;
  EXPECT_TRUE(send(support::tftp_ack(1), oldest[0].source_port).empty());
  client_port = 2072;
  EXPECT_EQ(send(support::tftp_ack(1), newer.back().source_port).size(), 1u);
  wait(2s);
  client_port = 2074;
  send(request);
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 2u) << "2073 made room for 2074";
  EXPECT_EQ(rig->total(&Counters::transfers_begun), 5u);
}

// What a forged request asks for does not make its slot safe for longer.
TEST_F(WorkerUnprovenTest, MakesRoomAfterASecondWhateverTimeoutWasAskedFor) {
  start({.transfers_max = 1});
  ASSERT_EQ(send(support::tftp_request("file", {{"timeout", "255"}})).size(), 1u);
  EXPECT_TRUE(wait(990ms).empty());
  client_port = 2071;
  EXPECT_TRUE(send(support::tftp_request("file")).empty()) << "the ACK may be on its way";
  EXPECT_TRUE(wait(15ms).empty());
  EXPECT_EQ(send(support::tftp_request("file")).size(), 1u);
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 1u);
}

TEST_F(WorkerUnprovenTest, ForgetsAnUnprovenClientWhoseFirstBlockFoundNoBuffer) {
  start();
  rig->port().queue(0).set_data_frame_bytes_max(0);
  EXPECT_TRUE(send(support::tftp_request("file")).empty());
  for (int second = 0; second < 4; ++second) EXPECT_TRUE(wait(1s).empty());
  EXPECT_TRUE(rig->worker().has_live_transfers());
  for (int second = 0; second < 2; ++second) EXPECT_TRUE(wait(1s).empty());
  EXPECT_FALSE(rig->worker().has_live_transfers());
}

// Its address was nobody's when it was asked from, and is a lease's when the answer is given up.
TEST_F(WorkerUnprovenTest, ResendsToAHeldClientThatGetsALease) {
  start({.images = {{"file", support::patterned(300)}}});
  ASSERT_EQ(send(support::tftp_request("file")).size(), 1u);
  EXPECT_TRUE(wait(2s).empty());
  bind_lease();
  EXPECT_TRUE(wait(2999ms).empty());
  const auto resent = wait(2ms);
  ASSERT_EQ(resent.size(), 1u);
  EXPECT_EQ(resent[0].number, 1);
  EXPECT_TRUE(send(support::tftp_ack(1), resent[0].source_port).empty());
  EXPECT_EQ(rig->total(&Counters::transfers_completed), 1u);
  EXPECT_EQ(rig->total(&Counters::blocks_resent), 1u);
}

// Who is resent to is not held: its slot is not the first to go, and its end is its own.
TEST_F(WorkerUnprovenTest, TakesAClientThatIsResentToOutOfTheHeld) {
  start({.transfers_max = 1});
  ASSERT_EQ(send(support::tftp_request("file")).size(), 1u);
  EXPECT_TRUE(wait(2s).empty());
  bind_lease();
  EXPECT_EQ(wait(3001ms).size(), 1u);
  client_port = 2071;
  EXPECT_TRUE(send(support::tftp_request("file")).empty());
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_transfers_full), 1u);
}

// A client that said nothing, of a file of one block: nothing tells that any of it arrived.
TEST_F(WorkerUnprovenTest, CountsNoTransferAsCompletedOfWhichNothingWasAcknowledged) {
  start({.images = {{"file", support::patterned(300)}}});
  bind_lease();
  std::size_t answers = send(support::tftp_request("file")).size();
  for (int second = 0; second < 30; ++second) answers += wait(1s).size();
  EXPECT_EQ(answers, 3u) << "two resends";
  EXPECT_FALSE(rig->worker().has_live_transfers());
  EXPECT_EQ(rig->total(&Counters::transfers_completed), 0u);
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 1u);
}

// A forged request must not keep a core awake; who acknowledges is waited for without a sleep.
TEST_F(WorkerUnprovenTest, KeepsTheCoreAwakeForClientsThatAcknowledgeAlone) {
  start();
  const auto silent = send(support::tftp_request("file"));
  EXPECT_FALSE(rig->worker().awaits_acks());
  wait(2s);
  EXPECT_FALSE(rig->worker().awaits_acks()) << "held";
  client_port = 2071;
  auto replies = send(support::tftp_request("file"));
  for (std::uint16_t block = 1; block <= 3; ++block) {
    EXPECT_EQ(rig->worker().awaits_acks(), block > 1);
    replies = send(support::tftp_ack(block), replies[0].source_port);
  }
  EXPECT_FALSE(rig->worker().awaits_acks()) << "it has all of the file";
  client_port = 2070;
  replies = send(support::tftp_ack(1), silent[0].source_port);
  EXPECT_TRUE(rig->worker().awaits_acks()) << "held no longer";
  send(support::tftp_error(0, "closed"), silent[0].source_port);
  EXPECT_FALSE(rig->worker().awaits_acks());
  EXPECT_FALSE(rig->worker().has_live_transfers());
}

// The whole transfer is one ACK: it counts neither twice nor for ever.
TEST_F(WorkerUnprovenTest, LetsTheCoreSleepAfterAFileOfOneBlock) {
  start({.images = {{"file", support::patterned(300)}}});
  const auto replies = send(support::tftp_request("file"));
  send(support::tftp_ack(1), replies[0].source_port);
  EXPECT_EQ(rig->total(&Counters::transfers_completed), 1u);
  EXPECT_FALSE(rig->worker().awaits_acks());
}

}  // namespace
}  // namespace stentor::worker
