// SPDX-License-Identifier: BSD-3-Clause
// Goal: where it is known on which queue a device puts a flow, a transfer's ACKs come to its own
// worker, and none crosses; where nothing is known, or it is wrong, it is served all the same.
#include <gtest/gtest.h>
#include <numeric>

#include "wire/flow_spread.h"
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

constexpr std::array<std::uint8_t, 40> kDeviceKey = {0x11, 0xd4, 0x6b, 0x2e, 0x90, 0x37,
                                                     0xf5, 0x48, 0xac, 0x03, 0x7d, 0xe1,
                                                     0x5a, 0xb6, 0x29, 0x8c, 0x64};
constexpr int kClients = 200;

class WorkerFlowSpreadTest : public WorkerTest {
 protected:
  // With a device of so many queues; `known`: what the workers think that it spreads by.
  void start_workers(std::size_t workers, const wire::FlowSpread* known) {
    start({.images = {{"file", support::patterned(1500)}}, .workers = workers});
    std::vector<std::uint16_t> table;
    for (std::size_t i = 0; i < 128; ++i) table.push_back(static_cast<std::uint16_t>(i % workers));
    device.emplace(kDeviceKey, table);
    rig->port().traits().spread = known;
  }

  // To the queue that the device has for it.
  std::vector<TftpReply> send_spread(const ByteVector& message, std::uint16_t to) {
    const auto source = *wire::Ipv4Address::parse(support::kClientAddress);
    const auto destination = *wire::Ipv4Address::parse(support::kServerAddress);
    return send(message, to,
                device->queue_of(device->hash_of(source, destination, client_port), to));
  }

  // A file of three blocks. Returns its server port.
  std::uint16_t fetch() {
    auto replies = send_spread(support::tftp_request("file"), 69);
    EXPECT_EQ(replies.size(), 1u);
    const std::uint16_t port = replies[0].source_port;
    const std::uint64_t crossed = rig->total(&Counters::frames_handed_over);
    for (std::uint16_t block = 1; block <= 3; ++block) send_spread(support::tftp_ack(block), port);
    acks_crossed += rig->total(&Counters::frames_handed_over) - crossed;
    return port;
  }
  void fetch_all() {
    for (int i = 0; i < kClients; ++i, ++client_port) fetch();
    EXPECT_EQ(rig->total(&Counters::transfers_completed), std::uint64_t{kClients});
  }

  std::optional<wire::FlowSpread> device;
  std::uint64_t acks_crossed = 0;
};

TEST_F(WorkerFlowSpreadTest, BringsTheAcksOfEachTransferToItsWorker) {
  for (const std::size_t workers : {2u, 3u, 4u, 16u}) {
    SCOPED_TRACE(workers);
    acks_crossed = 0;
    start_workers(workers, nullptr);
    rig->port().traits().spread = &*device;
    fetch_all();
    EXPECT_EQ(acks_crossed, 0u);
  }
}

TEST_F(WorkerFlowSpreadTest, LeavesThemToRingsWhereNothingIsKnown) {
  start_workers(4, nullptr);
  fetch_all();
  EXPECT_NEAR(static_cast<double>(acks_crossed), 0.75 * 3 * kClients, 0.1 * 3 * kClients);
}

TEST_F(WorkerFlowSpreadTest, LeavesThemToRingsWhereTheDeviceDoesOtherwise) {
  std::array<std::uint8_t, 16> other_key{};
  other_key[3] = 1;
  const wire::FlowSpread wrong(other_key, {3, 1, 0, 2});
  start_workers(4, &wrong);
  fetch_all();
  EXPECT_GT(acks_crossed, 0u);
}

// The queue is nobody's, as that of a port with fewer workers than queues.
TEST_F(WorkerFlowSpreadTest, ServesWhereNoPortWouldDo) {
  const wire::FlowSpread nowhere(kDeviceKey, {77});
  start_workers(2, &nowhere);
  fetch_all();
}

// Of sixteen ports a worker has one or so whose frames come to it.
TEST_F(WorkerFlowSpreadTest, HasAnotherPortForWhoStartsOver) {
  start(
      {.yaml = std::string(support::kOneNetworkConfig) + "tftp: {pace: none, ports: 50000-50255}\n",
       .workers = 16});
  std::vector<std::uint16_t> table(16);
  std::iota(table.begin(), table.end(), std::uint16_t{0});
  device.emplace(kDeviceKey, table);
  rig->port().traits().spread = &*device;
  for (int i = 0; i < 16; ++i, ++client_port) {
    const std::uint16_t first = send_spread(support::tftp_request("file"), 69)[0].source_port;
    const auto again = send_spread(support::tftp_request("file", {{"blksize", "700"}}), 69);
    EXPECT_NE(again[0].source_port, first);
  }
}

}  // namespace
}  // namespace stentor::worker
