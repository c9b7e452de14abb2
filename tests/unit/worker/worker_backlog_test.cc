// SPDX-License-Identifier: BSD-3-Clause
// Goal: while more DHCP comes than a worker can answer, whoever has an OFFER gets its ACK, and as
// many others begin as there is time for.
#include "support/dhcp_builder.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using RigWorker = Worker<support::FakePort::Queue>;
constexpr std::size_t kLoop = kBacklogBurst;

class WorkerBacklogTest : public WorkerTest {
 protected:
  void start_workers(std::size_t workers) {
    workers_ = workers;
    start(
        {.yaml = std::string(support::kOneNetworkConfig) + "limits: {discovers-per-client: none}\n",
         .workers = workers});
  }

  static ByteVector message(std::uint8_t type, std::uint16_t machine,
                            const std::vector<support::DhcpOption>& options = {}) {
    support::DhcpSpec spec;
    spec.chaddr = {0x52,
                   0x54,
                   0x00,
                   0x12,
                   static_cast<std::uint8_t>(machine >> 8),
                   static_cast<std::uint8_t>(machine)};
    spec.options = {{53, {type}}};
    spec.options.insert(spec.options.end(), options.begin(), options.end());
    return support::udp_frame({.destination = support::kBroadcastMac},
                              {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
                              support::dhcp_message(spec));
  }

  void put(const ByteVector& frame) { rig->port().queue(0).put(frame); }
  // Of machines for which there are addresses.
  void put_discovers(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) put(message(1, static_cast<std::uint16_t>(i % 128)));
  }

  // One loop of each worker.
  void poll() {
    for (std::size_t worker = 0; worker < workers_; ++worker) rig->worker(worker).poll(now);
  }

  // Full bursts for as long as it takes.
  void fall_behind() {
    for (base::Duration age{}; age <= Backlog::kPatience; age += Backlog::kPatience / 4) {
      put_discovers(kBurst);
      poll();
      now += Backlog::kPatience / 4;
    }
    answers();
  }

  // Of OFFERs, and of answers to REQUESTs.
  struct Answers {
    std::size_t offers = 0, others = 0;
  };
  Answers answers() {
    Answers count;
    while (const auto frame = rig->port().take()) {
      constexpr std::size_t kType = 42 + 240 + 2;
      ++(frame->at(kType) == 2 ? count.offers : count.others);
    }
    return count;
  }
  std::uint64_t shed() { return rig->drops(wire::DropReason::dhcp_overload); }

 private:
  std::size_t workers_ = 0;
};

// With both, a REQUEST is refused by a NAK.
support::DhcpOption asks_for_one_outside() { return {50, support::address_value("10.99.0.1")}; }
support::DhcpOption asks_us() { return {54, support::address_value("10.20.0.2")}; }

// Feature: congestion
TEST_F(WorkerBacklogTest, WhatHasBegunIsAnsweredBeforeDiscoversThatCameFirst) {
  start_workers(1);
  fall_behind();
  put_discovers(kLoop - 5);
  for (std::uint16_t i = 0; i < 5; ++i) {
    put(message(3, i, {asks_us(), asks_for_one_outside()}));
  }
  poll();
  const Answers seen = answers();
  EXPECT_EQ(seen.others, 5u);
  EXPECT_EQ(seen.offers, kBurst - 5);
  EXPECT_EQ(shed(), kLoop - kBurst);
  EXPECT_EQ(rig->port().buffers_in_use(), 0u);
}

// A port that is full of ACKs has full bursts for as long as its clients fetch.
TEST_F(WorkerBacklogTest, FramesWithFewDiscoversAmongThemAreNoBacklog) {
  start_workers(1);
  const ByteVector request = message(3, 1, {asks_us(), asks_for_one_outside()});
  const auto put_burst = [&] {
    put_discovers(kBurst / 4 - 1);
    for (std::size_t i = kBurst / 4 - 1; i < kBurst; ++i) put(request);
  };
  for (base::Duration age{}; age <= 2 * Backlog::kPatience; age += Backlog::kPatience / 4) {
    put_burst();
    put_burst();
    poll();
    EXPECT_EQ(answers().others, kBurst - (kBurst / 4 - 1)) << "one burst a loop";
    now += Backlog::kPatience / 4;
  }
}

// What was one ends with the DISCOVERs.
TEST_F(WorkerBacklogTest, ABacklogEndsWhenItsDiscoversDo) {
  start_workers(1);
  fall_behind();
  const ByteVector request = message(3, 1, {asks_us(), asks_for_one_outside()});
  for (std::size_t i = 0; i < 2 * kLoop; ++i) put(request);
  poll();
  EXPECT_EQ(answers().others, kLoop);
  poll();
  EXPECT_EQ(answers().others, kBurst);
}

TEST_F(WorkerBacklogTest, MachinesThatAreSwitchedOnTogetherAreAllAnswered) {
  start_workers(1);
  // A ring full, long within the time of a backlog.
  put_discovers(1'024);
  for (std::size_t loop = 0; loop < 1'024 / kBurst; ++loop) {
    poll();
    now += Backlog::kPatience / 64;
  }
  EXPECT_EQ(answers().offers, 1'024u);
  EXPECT_EQ(shed(), 0u);
}

// Goal: a server that is just busy, with a queue that never empties and never grows, drops nobody.
TEST_F(WorkerBacklogTest, AQueueThatALoopEmptiesIsAnsweredWhole) {
  start_workers(1);
  fall_behind();
  for (std::size_t loop = 0; loop < 100; ++loop) {
    put_discovers(kLoop - 1);
    poll();
  }
  EXPECT_EQ(answers().offers, 100 * (kLoop - 1));
  EXPECT_EQ(shed(), 0u);
}

// Goal: over shared memory a sender keeps what the ring has no room for.
TEST_F(WorkerBacklogTest, NobodyIsDroppedWhereTheSenderWaits) {
  start_workers(1);
  rig->port().traits().sender_waits = true;
  fall_behind();
  put_discovers(20 * kLoop);
  for (std::size_t loop = 0; loop < 20 * kLoop / kBurst; ++loop) poll();
  EXPECT_EQ(answers().offers, 20 * kLoop);
  EXPECT_EQ(shed(), 0u);
}

TEST_F(WorkerBacklogTest, SomeMayBeginHoweverMuchThereIsToFinish) {
  start_workers(1);
  fall_behind();
  put_discovers(10);
  for (std::size_t i = 10; i < kLoop; ++i) {
    put(message(3, static_cast<std::uint16_t>(i), {asks_us(), asks_for_one_outside()}));
  }
  poll();
  const Answers seen = answers();
  EXPECT_EQ(seen.others, kLoop - 10);
  EXPECT_EQ(seen.offers, RigWorker::kDiscoversMin);
  EXPECT_EQ(shed(), 10 - RigWorker::kDiscoversMin);
}

TEST_F(WorkerBacklogTest, EndsWithTheFirstLoopThatHasLessThanABurst) {
  start_workers(1);
  fall_behind();
  put_discovers(kBurst - 1);
  poll();
  EXPECT_EQ(answers().offers, kBurst - 1);
  put_discovers(kLoop);
  for (std::size_t loop = 0; loop < kLoop / kBurst; ++loop) poll();
  EXPECT_EQ(answers().offers, kLoop);
  EXPECT_EQ(shed(), 0u);
}

TEST_F(WorkerBacklogTest, OtherWorkersTakeTheirShareOfIt) {
  start_workers(2);
  fall_behind();
  const std::uint64_t before = rig->worker(1).counters().dhcp_replies.value();
  put_discovers(kLoop);
  poll();
  rig->worker(1).poll(now);
  const std::uint64_t other = rig->worker(1).counters().dhcp_replies.value() - before;
  EXPECT_GE(other, kBurst);
  EXPECT_EQ(answers().offers + shed(), kLoop);
  EXPECT_LE(shed(), kLoop - kBurst - other);
  EXPECT_EQ(rig->port().buffers_in_use(), 0u);
}

TEST_F(WorkerBacklogTest, EveryFrameIsCountedOnce) {
  start_workers(1);
  fall_behind();
  const auto received = [&] { return rig->total(&Counters::frames_received); };
  const auto answered = [&] { return rig->total(&Counters::dhcp_replies); };
  const std::uint64_t frames = received();
  const std::uint64_t replies = answered();
  const std::uint64_t bytes = rig->total(&Counters::bytes_received);
  put_discovers(kLoop + 7);
  poll();
  poll();
  EXPECT_EQ(received() - frames, kLoop + 7);
  EXPECT_EQ(answered() - replies + shed(), kLoop + 7);
  EXPECT_EQ(rig->total(&Counters::bytes_received) - bytes, (kLoop + 7) * message(1, 0).size());
}

}  // namespace
}  // namespace stentor::worker
