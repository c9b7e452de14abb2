// SPDX-License-Identifier: BSD-3-Clause
// Goal: while strangers' requests, which may all be forged, have every transfer, a machine that has
// a lease of ours or has acknowledged something of late is served all the same; a stranger that
// acknowledges loses nothing.
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

constexpr const char* kMachine = "10.20.16.200";

class WorkerStrangerTest : public WorkerTest {
 protected:
  void SetUp() override {
    start({.yaml = std::string(support::kUnpacedConfig),
           .images = {{"file", support::patterned(300)}, {"long", support::patterned(3000)}},
           .transfers_max = 3});
  }

  std::vector<TftpReply> send_from(const std::string& address, const ByteVector& message,
                                   std::uint16_t to = 69) {
    std::vector<TftpReply> replies;
    for (const ByteVector& frame : rig->exchange(
             support::udp_frame({}, {.source = address}, {client_port, to}, message), now)) {
      replies.push_back(support::tftp_reply(frame));
    }
    return replies;
  }
  std::vector<TftpReply> ask_from(const std::string& address, const std::string& file = "file") {
    return send_from(address, support::tftp_request(file));
  }
  // From three addresses; returns the server port of the first, which is the oldest.
  std::uint16_t fill() {
    const std::uint16_t oldest = ask_from("10.20.99.1").at(0).source_port;
    EXPECT_EQ(ask_from("10.20.99.2").size(), 1u);
    EXPECT_EQ(ask_from("10.20.99.3").size(), 1u);
    return oldest;
  }
  void bind_lease(base::Duration time = 1h) {
    ASSERT_TRUE(
        rig->leases().bind({.hash = {1, 2}}, *wire::Ipv4Address::parse(kMachine), now, now + time));
  }
  std::uint64_t dropped_full() { return rig->drops(wire::DropReason::tftp_transfers_full); }
};

TEST_F(WorkerStrangerTest, FindsNoRoomWhereStrangersHaveEveryTransfer) {
  fill();
  EXPECT_TRUE(ask_from(kMachine).empty());
  EXPECT_EQ(dropped_full(), 1u);
}

TEST_F(WorkerStrangerTest, MakesRoomForAMachineThatHasALease) {
  fill();
  bind_lease();
  EXPECT_EQ(ask_from(kMachine).size(), 1u);
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 1u) << "the oldest stranger's";
  EXPECT_EQ(dropped_full(), 0u);
}

TEST_F(WorkerStrangerTest, MakesNoneForAMachineWhoseLeaseIsOver) {
  fill();
  bind_lease(/*time=*/1s);
  wait(1s + 1ms);  // the strangers' first second: there is room for three more
  EXPECT_EQ(ask_from("10.20.99.4").size(), 1u);
  EXPECT_EQ(ask_from("10.20.99.5").size(), 1u);
  EXPECT_EQ(ask_from("10.20.99.6").size(), 1u);
  EXPECT_TRUE(ask_from(kMachine).empty());
}

TEST_F(WorkerStrangerTest, MakesRoomForAMachineThatHasAcknowledgedSomething) {
  const auto block = ask_from(kMachine);
  send_from(kMachine, support::tftp_ack(1), block.at(0).source_port);
  ASSERT_EQ(rig->total(&Counters::transfers_completed), 1u);
  fill();
  EXPECT_EQ(ask_from(kMachine).size(), 1u);
}

TEST_F(WorkerStrangerTest, KeepsAStrangerThatAcknowledges) {
  bind_lease();
  const std::uint16_t first = ask_from("10.20.99.1", "long").at(0).source_port;
  ask_from("10.20.99.2");
  ask_from("10.20.99.3");
  EXPECT_EQ(send_from("10.20.99.1", support::tftp_ack(1), first).size(), 1u);
  EXPECT_EQ(ask_from(kMachine).size(), 1u) << "in the place of the second";
  const auto next = send_from("10.20.99.1", support::tftp_ack(2), first);
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].number, 3);
}

TEST_F(WorkerStrangerTest, MakesRoomForAsManyAsThereAreStrangersAndNoMore) {
  fill();
  bind_lease();
  for (int i = 0; i < 3; ++i, ++client_port) EXPECT_EQ(ask_from(kMachine).size(), 1u) << i;
  EXPECT_TRUE(ask_from(kMachine).empty()) << "all three are machines'";
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 3u);
}

// A flood: more frames than a loop takes, most of which nobody parses.
TEST_F(WorkerStrangerTest, FindsTheMachineAmongBurstsOfStrangers) {
  fill();
  bind_lease();
  constexpr int kFrames = 200;
  for (int i = 0; i < kFrames; ++i) {
    const std::string source = i == kFrames / 2 ? kMachine : "10.20.98." + std::to_string(i);
    rig->port().queue(0).put(support::udp_frame({}, {.source = source}, {client_port, 69},
                                                support::tftp_request("file")));
  }
  rig->poll(now);
  const auto answer = rig->port().take();
  ASSERT_TRUE(answer);
  EXPECT_FALSE(rig->port().take());
  const support::ByteVector to(answer->begin() + 30, answer->begin() + 34);
  EXPECT_EQ(to, support::address_bytes(kMachine));
  EXPECT_EQ(dropped_full(), std::uint64_t{kFrames - 1});
}

// Its answer is sent once more, and it waits as a newcomer again.
TEST_F(WorkerStrangerTest, AnswersAStrangersRepeatedRequest) {
  const std::uint16_t port = fill();
  const auto again = ask_from("10.20.99.1");
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].source_port, port);
  EXPECT_TRUE(send_from("10.20.99.1", support::tftp_ack(1), port).empty());
  EXPECT_EQ(rig->total(&Counters::transfers_completed), 1u);
}

}  // namespace
}  // namespace stentor::worker
