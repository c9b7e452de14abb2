// SPDX-License-Identifier: BSD-3-Clause
// Goal: a whole worker, device excepted, serves TFTP as the protocol and its clients demand, gives
// every buffer back, and survives ports that take nothing and pools that run dry.
#include "worker/worker.h"

#include <algorithm>

#include "support/dhcp_builder.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

TEST_F(WorkerTest, ServesAFileBlockByBlockAndForgetsTheTransfer) {
  start();
  const ByteVector file = support::patterned(1500);
  ByteVector received;
  auto replies = send(support::tftp_request("file"));
  for (std::uint16_t block = 1; block <= 3; ++block) {
    ASSERT_EQ(replies.size(), 1u);
    EXPECT_EQ(replies[0].opcode, 3);
    EXPECT_EQ(replies[0].number, block);
    support::append(received, replies[0].data);
    replies = send(support::tftp_ack(block), replies[0].source_port);
  }
  EXPECT_TRUE(replies.empty());
  EXPECT_EQ(received, file);
  EXPECT_EQ(rig->total(&Counters::transfers_completed), 1u);
  EXPECT_FALSE(rig->worker().has_live_transfers());
  EXPECT_EQ(rig->buffers_in_use(), 0u);
}

class WorkerTransferTimeTest : public WorkerTest {
 protected:
  // The first blocks of a file that has three, 10 ms each.
  void fetch(std::uint16_t blocks) {
    start();
    auto replies = send(support::tftp_request("file"));
    for (std::uint16_t block = 1; block <= blocks; ++block) {
      now += 10ms;
      replies = send(support::tftp_ack(block), replies[0].source_port);
    }
  }
  const base::Histogram& time() { return rig->worker().counters().transfer_time; }
};

TEST_F(WorkerTransferTimeTest, IsFromTheRequestToTheLastAck) {
  fetch(3);
  EXPECT_EQ(time().count(), 1u);
  EXPECT_EQ(time().sum(), 30'000'000u);
}

// The silence that counts as success (quirk 40) is no part of it.
TEST_F(WorkerTransferTimeTest, IsToTheAckBeforeWhereTheLastBlockIsNotAcknowledged) {
  fetch(2);
  for (int second = 0; second < 120 && rig->worker().has_live_transfers(); ++second) {
    now += 1s;
    rig->poll(now);
  }
  EXPECT_EQ(time().count(), 1u);
  EXPECT_NEAR(static_cast<double>(time().sum()), 20e6, 1e3);
}

TEST_F(WorkerTest, SendsAWindowByReferenceToTheImage) {
  start({.images = {{"big", support::patterned(20'000)}}});
  auto replies = send(support::tftp_request("big", {{"blksize", "1468"}, {"windowsize", "4"}}));
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].opcode, 6);
  EXPECT_EQ(replies[0].options.at("windowsize"), "4");
  replies = send(support::tftp_ack(0), replies[0].source_port);
  ASSERT_EQ(replies.size(), 4u);
  EXPECT_EQ(replies[3].number, 4);
  EXPECT_EQ(rig->port().queue(0).data_frames(), 4u);
  EXPECT_EQ(rig->total(&Counters::blocks_summed), 0u) << "a usual blksize has its sums at hand";
}

TEST_F(WorkerTest, CountsTheBlocksOfWhichItReadThePayloadForTheirChecksum) {
  start({.images = {{"file", support::patterned(20'000)}}});
  auto replies = send(support::tftp_request("file", {{"blksize", "1000"}, {"windowsize", "64"}}));
  replies = send(support::tftp_ack(0), replies[0].source_port);
  ASSERT_EQ(replies.size(), 21u);
  EXPECT_EQ(rig->total(&Counters::blocks_summed), 20u) << "but for the last, which is empty";
  send(support::tftp_ack(21), replies[0].source_port);
  replies = send(support::tftp_request("file", {{"blksize", "512"}}, "netascii"));
  replies = send(support::tftp_ack(0), replies[0].source_port);
  EXPECT_EQ(rig->total(&Counters::blocks_summed), 21u) << "a text is no piece of the image";
}

TEST_F(WorkerTest, WaitsForARetransmissionAsTheConfigurationSays) {
  start({.yaml = std::string(support::kOneNetworkConfig) +
                 "tftp: {pace: none, rto: {min: 50ms, max: 300ms}}\n"});
  const auto oack = send(support::tftp_request("file", {{"blksize", "1024"}}));
  now += 1ms;
  ASSERT_EQ(send(support::tftp_ack(0), oack[0].source_port).size(), 1u);
  // The round trip was a millisecond: the floor, doubled until it is the ceiling.
  for (const base::Duration timeout : {50ms, 100ms, 200ms, 300ms, 300ms}) {
    EXPECT_TRUE(wait(timeout - 1ms).empty()) << timeout.count();
    EXPECT_EQ(wait(2ms).size(), 1u) << timeout.count();
  }
}

TEST_F(WorkerTest, FinishesWhatItHasBegunWhileItDrains) {
  start();
  const auto oack = send(support::tftp_request("file", {{"blksize", "1024"}}));
  std::atomic<bool> draining{true};
  auto snapshot = rig->service().copy_snapshot();
  snapshot->draining = &draining;
  rig->service().snapshots().publish(std::move(snapshot));
  client_port = 2071;
  EXPECT_TRUE(send(support::tftp_request("file")).empty());
  EXPECT_EQ(rig->drops(wire::DropReason::draining), 1u);
  client_port = 2070;
  EXPECT_EQ(send(support::tftp_ack(0), oack[0].source_port).size(), 1u);
  EXPECT_EQ(send(support::tftp_ack(1), oack[0].source_port).size(), 1u);
  send(support::tftp_ack(2), oack[0].source_port);
  EXPECT_FALSE(rig->worker().has_live_transfers());
  draining = false;
  EXPECT_EQ(send(support::tftp_request("file")).size(), 1u);
}

// tftp_reply() looks at each checksum. A block that is too short for a frame leaves as one piece
// with its padding, and the device is not asked to complete what it carries.
TEST_F(WorkerTest, SendsRightChecksumsWhereTheDeviceCompletesThem) {
  for (const std::size_t bytes : {0u, 1u, 13u, 14u, 15u, 511u, 512u, 1024u}) {
    start({.images = {{"file", support::patterned(bytes)}}});
    rig->port().traits().udp_checksum_offload = true;
    ByteVector received;
    auto replies = send(support::tftp_request("file"));
    while (!replies.empty()) {
      support::append(received, replies[0].data);
      replies = send(support::tftp_ack(replies[0].number), replies[0].source_port);
    }
    EXPECT_EQ(received, support::patterned(bytes));
    EXPECT_EQ(rig->total(&Counters::transfers_completed), 1u) << bytes;
  }
}

TEST_F(WorkerTest, AnswersAMissingFileWithErrorCodeOne) {
  start();
  const auto replies = send(support::tftp_request("nothing"));
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].opcode, 5);
  EXPECT_EQ(replies[0].number, 1);
  EXPECT_NE(replies[0].source_port, 69);
}

TEST_F(WorkerTest, RefusesUploadsWithAccessViolation) {
  start();
  const auto replies = send(support::tftp_request("file", {}, "octet", 2));
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].opcode, 5);
  EXPECT_EQ(replies[0].number, 2);
}

TEST_F(WorkerTest, AnswersWhatIsNoRequestWithIllegalOperationButNeverAnError) {
  start();
  const auto replies = send(support::tftp_ack(1));
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].opcode, 5);
  EXPECT_EQ(replies[0].number, 4);
  EXPECT_TRUE(send(support::tftp_error(0, "closed")).empty());
}

TEST_F(WorkerTest, TakesARepeatedRequestBeforeTheFirstAckForARetransmission) {
  start();
  const auto request = support::tftp_request("file", {{"tsize", "0"}});
  const auto first = send(request);
  const auto second = send(request);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].opcode, 6);
  EXPECT_EQ(second[0].source_port, first[0].source_port);
  EXPECT_EQ(rig->total(&Counters::transfers_begun), 1u);
}

TEST_F(WorkerTest, IgnoresARepeatedRequestWhileTheClientIsBusyWithTheTransfer) {
  start();
  // A negotiated timeout keeps resends out of the second that the test waits.
  const auto request = support::tftp_request("file", {{"timeout", "5"}});
  const auto oack = send(request);
  send(support::tftp_ack(0), oack[0].source_port);
  now += 999ms;
  EXPECT_TRUE(send(request).empty());
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_duplicate_request), 1u);
}

TEST_F(WorkerTest, StartsOverFromAnotherPortForAMachineThatWasReset) {
  start();
  const auto request = support::tftp_request("file");
  const auto first = send(request);
  send(support::tftp_ack(1), first[0].source_port);
  now += 1001ms;
  const auto again = send(request);
  ASSERT_GE(again.size(), 1u);
  EXPECT_EQ(again.back().number, 1);
  EXPECT_NE(again.back().source_port, first[0].source_port);
  EXPECT_EQ(rig->total(&Counters::transfers_replaced), 1u);
  EXPECT_TRUE(send(support::tftp_ack(2), first[0].source_port).empty()) << "the old one is gone";
}

// A client that repeats its ACK is alive, and its repeated request a copy, however long ago its
// number moved.
TEST_F(WorkerTest, CountsARepeatedAckAsASignOfLife) {
  start();
  const auto request = support::tftp_request("file");
  const auto first = send(request);
  send(support::tftp_ack(1), first[0].source_port);
  now += 900ms;
  send(support::tftp_ack(1), first[0].source_port);
  now += 999ms;
  send(request);
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_duplicate_request), 1u);
  EXPECT_EQ(rig->total(&Counters::transfers_replaced), 0u);
  now += 1ms;
  send(request);
  EXPECT_EQ(rig->total(&Counters::transfers_replaced), 1u);
}

// What the network delivers late says nothing of now, and what was never sent nothing at all.
TEST_F(WorkerTest, CountsNoLateOrImpossibleAckAsASignOfLife) {
  for (const std::uint16_t block : std::initializer_list<std::uint16_t>{0, 1, 9}) {
    start();
    const auto request = support::tftp_request("file");
    const auto first = send(request);
    send(support::tftp_ack(1), first[0].source_port);
    send(support::tftp_ack(2), first[0].source_port);
    now += 900ms;
    send(support::tftp_ack(block), first[0].source_port);
    now += 100ms;
    send(request);
    EXPECT_EQ(rig->total(&Counters::transfers_replaced), 1u) << block;
  }
}

// A machine that was reset takes the first DATA that it hears for its own: the old transfer's would
// lead it astray.
TEST_F(WorkerTest, SendsNothingOfATransferOnceItsRequestIsHeardAgain) {
  start();
  const auto request = support::tftp_request("file");
  const auto first = send(request);
  send(support::tftp_ack(1), first[0].source_port);
  now += 5ms;
  EXPECT_TRUE(send(request).empty());
  for (int tick = 0; tick < 900; ++tick) EXPECT_TRUE(wait(1ms).empty()) << tick;
  now += 95ms;
  const auto again = send(request);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].number, 1);
  EXPECT_NE(again[0].source_port, first[0].source_port);
}

TEST_F(WorkerTest, ResendsAgainOnceTheClientIsHeardAfterACopyOfItsRequest) {
  start();
  const auto request = support::tftp_request("file");
  const auto first = send(request);
  now += 1ms;
  send(support::tftp_ack(1), first[0].source_port);
  EXPECT_TRUE(send(request).empty());
  now += 1ms;
  EXPECT_TRUE(send(support::tftp_ack(1), first[0].source_port).empty()) << "lock-step";
  const auto resent = wait(100ms);
  ASSERT_EQ(resent.size(), 1u);
  EXPECT_EQ(resent[0].number, 2);
}

// GRUB repeats no ACK: should a block be lost just when the network copies its request, the server
// must move first.
TEST_F(WorkerTest, ResendsInTheEndToAClientThatOnlyListens) {
  start();
  const auto request = support::tftp_request("file");
  const auto first = send(request);
  send(support::tftp_ack(1), first[0].source_port);
  EXPECT_TRUE(send(request).empty());
  const auto resent = wait(tftp::kSilenceAfterRepeat + 1ms);
  ASSERT_EQ(resent.size(), 1u);
  EXPECT_EQ(resent[0].number, 2);
}

TEST_F(WorkerTest, TreatsTheSizeProbeOfUefiAsANormalCase) {
  start();
  const auto probe = send(support::tftp_request("file", {{"tsize", "0"}, {"blksize", "1468"}}));
  ASSERT_EQ(probe.size(), 1u);
  EXPECT_EQ(probe[0].options.at("tsize"), "1500");
  EXPECT_TRUE(send(support::tftp_error(8, "User aborted"), probe[0].source_port).empty());
  EXPECT_FALSE(rig->worker().has_live_transfers());
  client_port = 2071;
  const auto data = send(support::tftp_request("file", {{"blksize", "1468"}}));
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0].opcode, 6);
  EXPECT_EQ(rig->total(&Counters::transfers_ended_by_client), 1u);
}

TEST_F(WorkerTest, ResendsToAClientThatHasAcknowledged) {
  start();
  const auto first = send(support::tftp_request("file"));
  ASSERT_EQ(send(support::tftp_ack(1), first[0].source_port).size(), 1u);
  const auto resent = wait(1500ms);
  ASSERT_FALSE(resent.empty());
  EXPECT_EQ(resent[0].number, 2);
}

TEST_F(WorkerTest, RefusesClientsOutsideItsSubnets) {
  start();
  const auto frames = rig->exchange(
      support::udp_frame({}, {.source = "10.99.0.1"}, {2070, 69}, support::tftp_request("file")),
      now);
  EXPECT_TRUE(frames.empty());
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_client_refused), 1u);
}

// RFC 1122 section 3.3.6: who asks every machine of a segment at once gets no answer from any.
TEST_F(WorkerTest, AnswersNoFrameToEverybodyForOurAddressButDhcp) {
  start();
  const support::EthernetSpec everybody{.destination = support::kBroadcastMac};
  const auto exchange = [&](const ByteVector& frame) { return rig->exchange(frame, now).size(); };
  EXPECT_EQ(
      exchange(support::udp_frame(everybody, {}, {client_port, 69}, support::tftp_request("file"))),
      0u);
  EXPECT_EQ(exchange(support::icmp_frame(everybody, {}, {}, support::patterned(20))), 0u);
  EXPECT_EQ(rig->drops(wire::DropReason::ipv4_in_broadcast), 2u);
  support::DhcpSpec discover;
  discover.options = {{53, {1}}};
  EXPECT_EQ(exchange(support::udp_frame(everybody, {.source = "0.0.0.0"}, {68, 67},
                                        support::dhcp_message(discover))),
            1u);
}

TEST_F(WorkerTest, NamesAnEchoThatIsTooLong) {
  start();
  const auto ping = [&](std::size_t bytes) {
    return rig->exchange(support::icmp_frame({}, {}, {}, support::patterned(bytes)), now).size();
  };
  EXPECT_EQ(ping(9000), 1u);
  EXPECT_EQ(ping(9700), 0u);
  EXPECT_EQ(rig->drops(wire::DropReason::icmp_too_long), 1u);
  EXPECT_EQ(rig->drops(wire::DropReason::no_frame_buffer), 0u);
}

TEST_F(WorkerTest, CompletesTransfersWhoseFramesArriveOnAnyQueue) {
  start({.images = {{"file", support::patterned(30'000)}}, .workers = 3});
  base::Random random(4);
  for (std::uint16_t transfer = 0; transfer < 20; ++transfer) {
    client_port = static_cast<std::uint16_t>(3000 + transfer);
    ByteVector received;
    auto replies = send(support::tftp_request("file"), 69, random.below(3));
    while (!replies.empty()) {
      ASSERT_EQ(replies[0].opcode, 3);
      support::append(received, replies[0].data);
      replies = send(support::tftp_ack(replies[0].number), replies[0].source_port, random.below(3));
    }
    ASSERT_EQ(received, support::patterned(30'000));
  }
  EXPECT_GT(rig->total(&Counters::frames_handed_over), 100u);
  EXPECT_EQ(rig->total(&Counters::transfers_completed), 20u);
  EXPECT_EQ(rig->buffers_in_use(), 0u);
}

TEST_F(WorkerTest, KeepsWhatTheDeviceDoesNotTakeAndSendsItLater) {
  start({.images = {{"file", support::patterned(20'000)}}});
  const auto oack = send(support::tftp_request("file", {{"windowsize", "16"}}));
  rig->port().queue(0).set_transmit_max(0);
  EXPECT_TRUE(send(support::tftp_ack(0), oack[0].source_port).empty());
  EXPECT_EQ(rig->buffers_in_use(), 16u);
  rig->port().queue(0).set_transmit_max(SIZE_MAX);
  EXPECT_EQ(wait(1ms).size(), 16u);
  EXPECT_EQ(rig->buffers_in_use(), 0u);
}

TEST_F(WorkerTest, GivesTheFramesOfADeadPortBackAfterASecond) {
  start({.images = {{"file", support::patterned(20'000)}}});
  const auto oack = send(support::tftp_request("file", {{"windowsize", "16"}, {"timeout", "5"}}));
  rig->port().queue(0).set_transmit_max(0);
  send(support::tftp_ack(0), oack[0].source_port);
  wait(1100ms);
  EXPECT_EQ(rig->buffers_in_use(), 0u);
  EXPECT_EQ(rig->drops(wire::DropReason::transmit_full), 16u);
  rig->port().queue(0).set_transmit_max(SIZE_MAX);
  const auto resent = wait(5s);
  ASSERT_EQ(resent.size(), 16u) << "the deadline brings the window again";
  EXPECT_EQ(resent[0].number, 1);
}

TEST_F(WorkerTest, RecoversFromAPoolWithoutBuffers) {
  start({.images = {{"file", support::patterned(20'000)}}, .buffers = 4});
  ByteVector received;
  auto replies = send(support::tftp_request("file", {{"windowsize", "16"}}));
  replies = send(support::tftp_ack(0), replies[0].source_port);
  for (int round = 0; round < 200 && rig->worker().has_live_transfers(); ++round) {
    std::uint16_t last = 0, from = 0;
    for (const TftpReply& reply : replies) {
      if (reply.number * 512U == received.size() + 512U) support::append(received, reply.data);
      last = reply.number;
      from = reply.source_port;
    }
    replies = last == 0 ? wait(100ms) : send(support::tftp_ack(last), from);
  }
  EXPECT_EQ(received, support::patterned(20'000));
  EXPECT_EQ(rig->buffers_in_use(), 0u);
  EXPECT_GT(rig->total(&Counters::buffers_missed), 0u);
}

// A block that never finds a buffer must cost its own transfer alone, and not the worker's core.
TEST_F(WorkerTest, TriesOnceATickForABufferThatNeverComes) {
  start({.images = {{"file", support::patterned(20'000)}}});
  rig->port().queue(0).set_data_frame_bytes_max(0);
  const auto oack = send(support::tftp_request("file", {{"windowsize", "16"}}));
  EXPECT_TRUE(send(support::tftp_ack(0), oack[0].source_port).empty());
  const std::uint64_t once = rig->port().queue(0).data_frames_refused();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(rig->worker().poll(now)) << "nothing to do";
  EXPECT_EQ(rig->port().queue(0).data_frames_refused(), once);
  for (int tick = 0; tick < 100; ++tick) wait(1ms);
  EXPECT_GT(rig->port().queue(0).data_frames_refused(), once + 10);
  EXPECT_LE(rig->port().queue(0).data_frames_refused(), once + 100);
  EXPECT_EQ(rig->total(&Counters::buffers_missed), rig->port().queue(0).data_frames_refused());
  rig->port().queue(0).set_data_frame_bytes_max(SIZE_MAX);
  EXPECT_EQ(wait(2ms).size(), 16u) << "a buffer at last: the whole window";
}

TEST_F(WorkerTest, EndsATransferThatNeverGetsABufferAfterTheUsualSilence) {
  start({.images = {{"file", support::patterned(20'000)}}});
  rig->port().queue(0).set_data_frame_bytes_max(0);
  const auto oack = send(support::tftp_request("file", {{"blksize", "1468"}}));
  send(support::tftp_ack(0), oack[0].source_port);
  for (int second = 0; second < 59; ++second) wait(1s);
  EXPECT_TRUE(rig->worker().has_live_transfers());
  for (int second = 0; second < 10; ++second) wait(1s);
  EXPECT_FALSE(rig->worker().has_live_transfers());
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 1u);
  EXPECT_EQ(rig->buffers_in_use(), 0u);
}

TEST_F(WorkerTest, ServesOthersWhileABlockFindsNoBuffer) {
  start({.images = {{"file", support::patterned(20'000)}}});
  rig->port().queue(0).set_data_frame_bytes_max(600);
  const auto oack = send(support::tftp_request("file", {{"blksize", "1468"}}));
  send(support::tftp_ack(0), oack[0].source_port);
  client_port = 2071;
  ByteVector received;
  auto replies = send(support::tftp_request("file"));
  while (!replies.empty()) {
    ASSERT_EQ(replies.size(), 1u);
    support::append(received, replies[0].data);
    now += 300us;
    replies = send(support::tftp_ack(replies[0].number), replies[0].source_port);
  }
  EXPECT_EQ(received, support::patterned(20'000));
  EXPECT_EQ(rig->total(&Counters::transfers_completed), 1u);
  EXPECT_GT(rig->total(&Counters::buffers_missed), 0u);
}

}  // namespace
}  // namespace stentor::worker
