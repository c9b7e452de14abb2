// SPDX-License-Identifier: BSD-3-Clause
// Goal: of more DHCP than one worker can look at in a loop the others of the port take their share,
// a client always the same worker's; each message is answered once, and nothing else moves.
#include <map>

#include "support/dhcp_builder.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

constexpr std::size_t kBurst = Worker<support::FakePort::Queue>::kBurst;
using Mesh = HandOverMesh<support::FakePort::Frame>;
constexpr std::size_t kRoom = Mesh::kRingFrames - Mesh::kForTransfers;  // for DHCP

class WorkerSpreadingTest : public WorkerTest {
 protected:
  void start_workers(std::size_t workers) {
    start(
        {.yaml = std::string(support::kOneNetworkConfig) + "limits: {discovers-per-client: none}\n",
         .workers = workers});
  }

  static ByteVector discover(std::uint8_t machine, std::string_view giaddr = "0.0.0.0") {
    support::DhcpSpec spec;
    spec.giaddr = giaddr;
    spec.chaddr = {0x52, 0x54, 0x00, 0x12, 0x34, machine};
    spec.options = {{53, {1}}};
    return support::udp_frame({.destination = support::kBroadcastMac},
                              {.source = "0.0.0.0", .destination = "255.255.255.255"}, {68, 67},
                              support::dhcp_message(spec));
  }

  // From machines 0 to `machines` - 1, all on queue 0.
  void put_discovers(std::size_t machines) {
    for (std::size_t i = 0; i < machines; ++i) {
      rig->port().queue(0).put(discover(static_cast<std::uint8_t>(i)));
    }
  }

  // How often each client, by the last byte of its address, was answered.
  std::map<int, int> answers() {
    std::map<int, int> count;
    while (const auto frame = rig->port().take()) ++count[frame->at(42 + 28 + 5)];
    return count;
  }

  std::uint64_t handed_over_by(std::size_t worker) {
    return rig->worker(worker).counters().frames_handed_over.value();
  }
  std::uint64_t answered_by(std::size_t worker) {
    return rig->worker(worker).counters().dhcp_replies.value();
  }
};

// Feature: several-cores
TEST_F(WorkerSpreadingTest, EachClientIsAnsweredOnceByTheSameWorkerEachTime) {
  start_workers(2);
  put_discovers(kBurst);
  rig->poll(now);
  const std::uint64_t others = handed_over_by(0);
  EXPECT_GT(others, kBurst / 4);
  EXPECT_LT(others, kBurst * 3 / 4);
  EXPECT_EQ(answered_by(1), others);
  EXPECT_EQ(answered_by(0), kBurst - others);
  const auto first = answers();
  EXPECT_EQ(first.size(), kBurst);
  for (const auto& [machine, times] : first) EXPECT_EQ(times, 1) << machine;

  put_discovers(kBurst);
  rig->poll(now);
  EXPECT_EQ(answered_by(1), 2 * others);
  EXPECT_EQ(answers().size(), kBurst);
}

TEST_F(WorkerSpreadingTest, WhatFitsInALoopStays) {
  start_workers(2);
  put_discovers(kBurst - 1);
  rig->poll(now);
  EXPECT_EQ(handed_over_by(0), 0u);
  EXPECT_EQ(answers().size(), kBurst - 1);
}

TEST_F(WorkerSpreadingTest, RequestsForFilesStay) {
  start_workers(2);
  for (std::size_t i = 0; i < kBurst; ++i) {
    rig->port().queue(0).put(support::udp_frame({}, {}, {static_cast<std::uint16_t>(2000 + i), 69},
                                                support::tftp_request("file", {{"tsize", "0"}})));
  }
  rig->worker(0).poll(now);
  EXPECT_EQ(handed_over_by(0), 0u);
}

// Feature: congestion
TEST_F(WorkerSpreadingTest, NothingIsLostToAWorkerThatIsBehindItself) {
  start_workers(2);
  // Worker 1 does not run: its ring fills, and what it has no room for is answered here.
  const std::size_t bursts = 2 * kRoom / kBurst * 2;
  for (std::size_t i = 0; i < bursts; ++i) {
    put_discovers(kBurst);
    rig->worker(0).poll(now);
  }
  EXPECT_EQ(handed_over_by(0), kRoom);
  EXPECT_EQ(answered_by(0), bursts * kBurst - kRoom);
  rig->poll(now);
  EXPECT_EQ(answered_by(1), kRoom);
  EXPECT_EQ(rig->drops(wire::DropReason::hand_over_full), 0u);
}

// Goal: what the rings of many workers hold for one is more than a batch of replies.
TEST_F(WorkerSpreadingTest, TheBurstsOfManyWorkersFitOnTheWire) {
  constexpr std::size_t kWorkers = 6;
  start_workers(kWorkers);
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t worker = 1; worker < kWorkers; ++worker) {
      for (std::size_t machine = 0; machine < kBurst; ++machine) {
        rig->port().queue(worker).put(discover(static_cast<std::uint8_t>(machine)));
      }
      rig->worker(worker).poll(now);
    }
  }
  rig->poll(now);
  EXPECT_EQ(rig->total(&Counters::dhcp_replies), 8 * (kWorkers - 1) * kBurst);
  EXPECT_EQ(rig->drops(wire::DropReason::transmit_full), 0u);
}

}  // namespace
}  // namespace stentor::worker
