// SPDX-License-Identifier: BSD-3-Clause
// Goal: where transfers wait too long for their turns no other begins, silently; and the first
// request after that finds out.
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

class WorkerOverloadTest : public WorkerTest {
 protected:
  // A batch of answers waits for a device that takes nothing, and 2 clients wait behind it.
  void SetUp() override {
    start({.yaml = std::string(support::kUnpacedConfig) + "limits: {transfers-per-client: 100}\n"});
    rig->port().queue(0).set_transmit_max(0);
    for (std::size_t i = 0; i < TransmitBatch<support::FakePort::Queue>::kBlocks + 2; ++i) ask();
  }

  // From a port of its own.
  std::size_t ask() {
    ++client_port;
    return send(support::tftp_request("file")).size();
  }
  [[nodiscard]] std::uint64_t dropped() const {
    return rig->drops(wire::DropReason::tftp_overload);
  }
};

TEST_F(WorkerOverloadTest, BeginsTransfersWhileTheOthersWaitForLessThanHalfASecond) {
  wait(499ms);
  ask();
  EXPECT_EQ(dropped(), 0u);
}

TEST_F(WorkerOverloadTest, DropsNewRequestsWhileOneHasWaitedLonger) {
  wait(501ms);
  const std::uint64_t begun = rig->total(&Counters::transfers_begun);
  ask();
  ask();
  EXPECT_EQ(dropped(), 2u);
  EXPECT_EQ(rig->total(&Counters::transfers_begun), begun);
}

TEST_F(WorkerOverloadTest, TakesARequestInThePlaceOfATransferAllTheSame) {
  wait(501ms);
  const std::uint64_t replaced = rig->total(&Counters::transfers_replaced);
  send(support::tftp_request("file", {{"tsize", "0"}}));
  EXPECT_EQ(dropped(), 0u);
  EXPECT_EQ(rig->total(&Counters::transfers_replaced), replaced + 1);
}

// Goal: a client that asks for this and for that from one port does not keep the door open.
TEST_F(WorkerOverloadTest, CountsTheWaitOfOneThatIsReplacedToo) {
  client_port = 2070 + TransmitBatch<support::FakePort::Queue>::kBlocks + 1;  // the one watched
  wait(400ms);
  send(support::tftp_request("file", {{"tsize", "0"}}));
  wait(101ms);
  client_port = 4000;
  ask();
  EXPECT_EQ(dropped(), 1u);
}

TEST_F(WorkerOverloadTest, ServesEverybodyAgainOnceTheDeviceTakesFrames) {
  wait(501ms);
  ask();
  ASSERT_EQ(dropped(), 1u);
  rig->port().queue(0).set_transmit_max(1000);
  wait(1ms);
  EXPECT_EQ(ask(), 1u) << "one that finds out";
  EXPECT_EQ(ask(), 1u);
  EXPECT_EQ(dropped(), 1u);
}

TEST_F(WorkerOverloadTest, FindsOutByTheNextOneIfTheOneThatWasWatchedIsGone) {
  wait(501ms);
  const std::uint16_t watched = 2070 + TransmitBatch<support::FakePort::Queue>::kBlocks + 1;
  ask();
  ASSERT_EQ(dropped(), 1u);
  client_port = watched;
  send(support::tftp_request("file", {{"tsize", "0"}}));
  const std::uint64_t begun = rig->total(&Counters::transfers_begun);
  client_port = 3000;
  ask();
  ask();
  EXPECT_EQ(dropped() + rig->total(&Counters::transfers_begun) - begun, 3u);
}

class WorkerFloodTest : public WorkerTest {
 protected:
  void SetUp() override { start({.transfers_max = 300}); }

  // Sends requests of so many clients, from the `first` on, and polls until all are read.
  void ask(std::size_t first, std::size_t count, const std::string& file) {
    for (std::size_t i = first; i < first + count; ++i) {
      const std::string client = "10.20.20." + std::to_string(1 + i % 200);
      const auto port = static_cast<std::uint16_t>(3000 + i / 200);
      rig->port().queue(0).put(
          support::udp_frame({}, {.source = client}, {port, 69}, support::tftp_request(file)));
    }
    rig->poll(now);
  }
};

// Goal: a flood of requests that keeps the worker behind is shed, but for what may be a site's
// machines; and nobody is shed by a worker that keeps up.
TEST_F(WorkerFloodTest, ShedsRequestsBeyondItsBudgetWhileItIsBehind) {
  const auto shed = [&] { return rig->drops(wire::DropReason::tftp_overload); };
  ask(0, 1'000, "missing");
  // That it is behind it knows after the first burst.
  EXPECT_EQ(shed(), 1'000u - 32 - 300);
  const std::uint64_t before = shed();
  for (std::size_t i = 0; i < 100; ++i) ask(1'000 + i * 31, 31, "missing");
  EXPECT_EQ(shed(), before);
}

// Goal: what finds no room is not even read by a worker that is behind; one that keeps up says what
// is not there.
TEST_F(WorkerFloodTest, ReadsNoRequestForAFullTableWhileItIsBehind) {
  const auto full = [&] { return rig->drops(wire::DropReason::tftp_transfers_full); };
  const auto refused = [&] { return rig->total(&Counters::transfers_refused); };
  ask(0, 300, "file");
  EXPECT_EQ(rig->total(&Counters::transfers_begun), 300u);
  ask(300, 100, "missing");
  EXPECT_EQ(refused(), 32u);
  EXPECT_EQ(full(), 100u - 32);
  ask(400, 20, "missing");
  EXPECT_EQ(refused(), 32u + 20);
  EXPECT_EQ(full(), 100u - 32);
  wait(1001ms);
  ask(420, 100, "file");
  EXPECT_EQ(rig->total(&Counters::transfers_begun), 400u);
  EXPECT_EQ(full(), 100u - 32) << "those who are held make room";
}

// Goal: what is shed leaves time for what is behind it: a live transfer's ACK has its turn in the
// same loop.
TEST_F(WorkerFloodTest, FindsAnAckBehindAFloodThatItSheds) {
  ask(0, 299, "file");
  while (rig->port().take()) {
  }
  client_port = 2999;
  const auto begun = send(support::tftp_request("file"));
  ASSERT_EQ(begun.size(), 1u);
  auto& queue = rig->port().queue(0);
  const auto flood = [&queue](std::size_t frames) {
    for (std::size_t i = 0; i < frames; ++i) {
      const auto port = static_cast<std::uint16_t>(4000 + i);
      queue.put(support::udp_frame({}, {.source = "10.20.20.250"}, {port, 69},
                                   support::tftp_request("file")));
    }
  };
  // By a full burst it is behind.
  flood(kBurst);
  rig->worker().poll(now);
  flood(3 * kBurst);
  queue.put(support::udp_frame({}, {}, {client_port, begun[0].source_port}, support::tftp_ack(1)));
  const std::uint64_t sent = rig->total(&Counters::blocks_sent);
  rig->worker().poll(now);
  EXPECT_EQ(queue.arriving(), 0u);
  EXPECT_EQ(rig->total(&Counters::blocks_sent), sent + 1);
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_transfers_full), 4 * kBurst);
}

// Goal: only a request that would begin a transfer is shed by a glance: a repeated one has its
// answer.
TEST_F(WorkerFloodTest, ShedsNoRepeat) {
  ask(0, 300, "file");
  while (rig->port().take()) {
  }
  auto& queue = rig->port().queue(0);
  // By the first burst it is behind; the second is shed.
  for (std::size_t i = 0; i < 2 * kBurst; ++i) {
    queue.put(support::udp_frame({}, {.source = "10.20.20.250"}, {5000, 69},
                                 support::tftp_request("file")));
  }
  queue.put(
      support::udp_frame({}, {.source = "10.20.20.1"}, {3000, 69}, support::tftp_request("file")));
  rig->poll(now);
  const auto frame = rig->port().take();
  ASSERT_TRUE(frame);
  EXPECT_EQ(support::tftp_reply(*frame).number, 1);
  EXPECT_FALSE(rig->port().take());
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_transfers_full), 2 * kBurst);
}

class HandOverFloodTest : public WorkerTest {
 protected:
  static constexpr std::size_t kRing = HandOverMesh<support::FakePort::Frame>::kRingFrames;

  // A transfer on one of two workers; a queue of the other's.
  void SetUp() override {
    start({.workers = 2});
    const auto begun = send(support::tftp_request("file"));
    ASSERT_EQ(begun.size(), 1u);
    server_port = begun[0].source_port;
    owner = rig->worker(0).counters().transfers_begun.value() == 1 ? 0 : 1;
  }

  auto& queue() { return rig->port().queue(1 - owner); }

  // After all that is in the queue its ACK comes there. True: the block that it asks for goes out.
  bool is_served_behind() {
    queue().put(support::udp_frame({}, {}, {client_port, server_port}, support::tftp_ack(1)));
    while (queue().arriving() != 0) rig->worker(1 - owner).poll(now);
    rig->poll(now);
    bool has_second = false;
    while (const auto frame = rig->port().take()) {
      const TftpReply reply = support::tftp_reply(*frame);
      has_second |= reply.source_port == server_port && reply.number == 2;
    }
    return has_second;
  }

  std::size_t owner = 0;
  std::uint16_t server_port = 0;
};

// Goal: requests that another worker has no time for leave room in its ring for ACKs.
TEST_F(HandOverFloodTest, OfRequestsKeepsNoAckFromAnotherWorker) {
  // Of the same address, so that all are the same worker's.
  for (std::size_t i = 0; i < kRing; ++i) {
    const auto port = static_cast<std::uint16_t>(3000 + i);
    queue().put(support::udp_frame({}, {}, {port, 69}, support::tftp_request("file")));
  }
  EXPECT_TRUE(is_served_behind());
  EXPECT_EQ(rig->drops(wire::DropReason::hand_over_full), kRing / 2);
}

// Goal: ACKs of nobody's, to the ports of another worker, do not even cross to it.
TEST_F(HandOverFloodTest, OfAcksKeepsNoAckFromAnotherWorker) {
  for (std::size_t i = 0; i < 2 * kRing; ++i) {
    const std::string client = "10.20.30." + std::to_string(1 + i % 200);
    const auto port = static_cast<std::uint16_t>(3000 + i / 200);
    queue().put(
        support::udp_frame({}, {.source = client}, {port, server_port}, support::tftp_ack(1)));
  }
  EXPECT_TRUE(is_served_behind());
  EXPECT_EQ(rig->drops(wire::DropReason::hand_over_full), 0u);
  EXPECT_EQ(rig->drops(wire::DropReason::tftp_no_transfer), 2 * kRing);
  EXPECT_EQ(rig->total(&Counters::frames_handed_over), 1u + (owner == 0 ? 0u : 1u));
}

// Goal: what crosses to a worker that is behind waits for some loops, to come with others, and for
// no more than those.
TEST_F(HandOverFloodTest, LeavesFewFramesToComeTogetherForSomeLoops) {
  using Worker = worker::Worker<support::FakePort::Queue>;
  auto& own = rig->port().queue(owner);
  for (std::size_t i = 0; i < 4 * kBurst * Worker::kCrossingsPause; ++i) {
    own.put(support::udp_frame({}, {}, {5000, 69}, support::tftp_request("missing")));
  }
  rig->worker(owner).poll(now);
  rig->worker(owner).poll(now);
  queue().put(support::udp_frame({}, {}, {client_port, server_port}, support::tftp_ack(1)));
  rig->worker(1 - owner).poll(now);
  const std::uint64_t sent = rig->total(&Counters::blocks_sent);
  std::size_t loops = 0;
  while (rig->total(&Counters::blocks_sent) == sent && own.arriving() != 0) {
    rig->worker(owner).poll(now);
    ++loops;
  }
  EXPECT_EQ(rig->total(&Counters::blocks_sent), sent + 1);
  EXPECT_GT(loops, 1u);
  EXPECT_LE(loops, Worker::kCrossingsPause + 1);
  EXPECT_NE(own.arriving(), 0u) << "it was behind all the time";
  rig->poll(now);
}

// Goal: requests that would be dropped by the worker that decides them do not cross to it; those of
// a transfer that it has do.
TEST_F(HandOverFloodTest, OfRequestsThatAnotherWorkerShedsDoesNotReachIt) {
  constexpr std::size_t kAsked = 40;
  const auto ask = [](auto& queue, std::size_t count, std::uint16_t first_port) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto port = static_cast<std::uint16_t>(first_port + i);
      queue.put(support::udp_frame({}, {}, {port, 69}, support::tftp_request("missing")));
    }
  };
  const auto crossed = [this] { return rig->total(&Counters::frames_handed_over); };
  const auto shed = [this] { return rig->drops(wire::DropReason::tftp_overload); };
  const auto poll_other = [this] {
    while (queue().arriving() != 0) rig->worker(1 - owner).poll(now);
  };
  const std::uint64_t before = crossed();

  // As many as it looks at, and more, in full bursts.
  ask(rig->port().queue(owner), 1024 + 2 * kBurst, 3000);
  while (rig->port().queue(owner).arriving() != 0) rig->worker(owner).poll(now);
  const std::uint64_t shed_by_owner = shed();
  EXPECT_GT(shed_by_owner, 0u);
  ask(queue(), kAsked, 5000);
  poll_other();
  EXPECT_EQ(crossed(), before);
  EXPECT_EQ(shed(), shed_by_owner + kAsked);
  queue().put(support::udp_frame({}, {}, {client_port, 69}, support::tftp_request("file")));
  poll_other();
  EXPECT_EQ(crossed(), before + 1);

  rig->worker(owner).poll(now);  // it keeps up again
  ask(queue(), kAsked, 6000);
  poll_other();
  EXPECT_EQ(crossed(), before + 1 + kAsked);
  EXPECT_EQ(shed(), shed_by_owner + kAsked);
  rig->poll(now);
}

}  // namespace
}  // namespace stentor::worker
