// SPDX-License-Identifier: BSD-3-Clause
// Goal: while strangers' requests, which may all be forged, have every transfer, a machine that has
// a lease of ours or has acknowledged something of late is served all the same; a stranger that
// acknowledges loses nothing.
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

constexpr const char* kKnownMachine = "10.20.16.200";
using Addresses = std::vector<ByteVector>;

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
    ASSERT_TRUE(rig->leases().bind({.hash = {1, 2}}, *wire::Ipv4Address::parse(kKnownMachine), now,
                                   now + time));
  }
  // Requests of strangers, more than a loop takes, and behind so many bursts of them those of
  // `machines`: of each burst four are looked at.
  void put_flood(const std::vector<std::string>& machines, const std::string& file,
                 int bursts_before = 1) {
    constexpr int kStrangers = 200;
    const auto put = [this](const std::string& source, const std::string& name) {
      rig->port().queue(0).put(support::udp_frame({}, {.source = source}, {client_port, 69},
                                                  support::tftp_request(name)));
    };
    for (int i = 0; i < kStrangers; ++i) {
      put("10.20.98." + std::to_string(i), file);
      if (i + 1 != 32 * bursts_before) continue;
      for (const std::string& machine : machines) put(machine, "file");
    }
  }
  // Of the DATA that the port sent, to whom.
  Addresses served() {
    Addresses addresses;
    while (const auto frame = rig->port().take()) {
      if (support::tftp_reply(*frame).opcode != 3) continue;
      addresses.emplace_back(frame->begin() + 30, frame->begin() + 34);
    }
    return addresses;
  }
  std::uint64_t dropped_full() { return rig->drops(wire::DropReason::tftp_transfers_full); }
};

TEST_F(WorkerStrangerTest, FindsNoRoomWhereStrangersHaveEveryTransfer) {
  fill();
  EXPECT_TRUE(ask_from(kKnownMachine).empty());
  EXPECT_EQ(dropped_full(), 1u);
}

TEST_F(WorkerStrangerTest, MakesRoomForAMachineThatHasALease) {
  fill();
  bind_lease();
  EXPECT_EQ(ask_from(kKnownMachine).size(), 1u);
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
  EXPECT_TRUE(ask_from(kKnownMachine).empty());
}

TEST_F(WorkerStrangerTest, MakesRoomForAMachineThatHasAcknowledgedSomething) {
  const auto block = ask_from(kKnownMachine);
  send_from(kKnownMachine, support::tftp_ack(1), block.at(0).source_port);
  ASSERT_EQ(rig->total(&Counters::transfers_completed), 1u);
  fill();
  EXPECT_EQ(ask_from(kKnownMachine).size(), 1u);
}

TEST_F(WorkerStrangerTest, KeepsAStrangerThatAcknowledges) {
  bind_lease();
  const std::uint16_t first = ask_from("10.20.99.1", "long").at(0).source_port;
  ask_from("10.20.99.2");
  ask_from("10.20.99.3");
  EXPECT_EQ(send_from("10.20.99.1", support::tftp_ack(1), first).size(), 1u);
  EXPECT_EQ(ask_from(kKnownMachine).size(), 1u) << "in the place of the second";
  const auto next = send_from("10.20.99.1", support::tftp_ack(2), first);
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].number, 3);
}

TEST_F(WorkerStrangerTest, MakesRoomForAsManyAsThereAreStrangersAndNoMore) {
  fill();
  bind_lease();
  for (int i = 0; i < 3; ++i, ++client_port) EXPECT_EQ(ask_from(kKnownMachine).size(), 1u) << i;
  EXPECT_TRUE(ask_from(kKnownMachine).empty()) << "all three are machines'";
  EXPECT_EQ(rig->total(&Counters::transfers_given_up), 3u);
}

TEST_F(WorkerStrangerTest, FindsTheMachineInAFlood) {
  fill();
  bind_lease();
  put_flood({kKnownMachine}, "file");
  rig->poll(now);
  EXPECT_EQ(served(), Addresses{support::address_bytes(kKnownMachine)});
  EXPECT_EQ(dropped_full(), 200u);
}

// A hundred requests for what is not there are all that is looked at once the worker is behind, by
// the fifth burst, and take no transfer.
TEST_F(WorkerStrangerTest, HasABudgetForTheMachineWhenThatOfStrangersIsSpent) {
  bind_lease();
  put_flood({kKnownMachine}, "missing", /*bursts_before=*/5);
  rig->poll(now);
  EXPECT_EQ(served(), Addresses{support::address_bytes(kKnownMachine)});
  EXPECT_GT(rig->drops(wire::DropReason::tftp_overload), 50u);
}

TEST_F(WorkerStrangerTest, FindsMachinesInAFloodThatComesToAnotherWorker) {
  start({.yaml = std::string(support::kUnpacedConfig), .workers = 2, .transfers_max = 20});
  std::vector<std::string> machines;
  for (std::uint8_t i = 1; i <= 4; ++i) {
    machines.push_back("10.20.16.20" + std::to_string(i));
    ASSERT_TRUE(rig->leases().bind({.hash = {1, i}}, *wire::Ipv4Address::parse(machines.back()),
                                   now, now + 1h));
  }
  put_flood({}, "file");
  rig->poll(now);
  EXPECT_EQ(served().size(), 40u);
  ++client_port;
  put_flood(machines, "file");
  rig->poll(now);
  EXPECT_EQ(served().size(), machines.size()) << "half of them are the other worker's";
  EXPECT_GT(dropped_full(), 200u);
}

// No client has it, nor is it one that the flood made known.
TEST_F(WorkerStrangerTest, DoesNotTakeTheAddressOfNobodyForAMachine) {
  fill();
  put_flood({"0.0.0.0"}, "file");
  rig->poll(now);
  EXPECT_TRUE(served().empty());
  EXPECT_EQ(dropped_full(), 201u);
}

// Its address was a stranger's when its second answer left, and is none any more.
TEST_F(WorkerStrangerTest, KeepsTheOtherTransferOfAClientThatAcknowledges) {
  bind_lease();
  const std::uint16_t first = ask_from("10.20.99.1", "long").at(0).source_port;
  ++client_port;
  const std::uint16_t second = ask_from("10.20.99.1", "long").at(0).source_port;
  --client_port;
  EXPECT_EQ(send_from("10.20.99.1", support::tftp_ack(1), first).size(), 1u);
  ask_from("10.20.99.2");
  EXPECT_EQ(ask_from(kKnownMachine).size(), 1u) << "in the place of the stranger";
  ++client_port;
  EXPECT_EQ(send_from("10.20.99.1", support::tftp_ack(1), second).size(), 1u);
}

// Those that are held are strangers whose first second has passed: they go first.
TEST_F(WorkerStrangerTest, TakesThePlaceOfWhoIsHeldFirst) {
  ask_from("10.20.99.1");
  wait(1s + 1ms);
  bind_lease();
  const std::uint16_t young = ask_from("10.20.99.2", "long").at(0).source_port;
  ask_from("10.20.99.3");
  EXPECT_EQ(ask_from(kKnownMachine).size(), 1u);
  EXPECT_EQ(send_from("10.20.99.2", support::tftp_ack(1), young).size(), 1u);
}

// Whoever asks for port 69 may acknowledge there unheard.
TEST_F(WorkerStrangerTest, BelievesNoAckInSinglePortMode) {
  start({.yaml = std::string(support::kOneNetworkConfig) +
                 "tftp: {pace: none, ports: single, clients: any}\n",
         .images = {{"file", support::patterned(300)}},
         .transfers_max = 3});
  ask_from(kKnownMachine);
  send_from(kKnownMachine, support::tftp_ack(1));
  ASSERT_EQ(rig->total(&Counters::transfers_completed), 1u);
  fill();
  EXPECT_TRUE(ask_from(kKnownMachine).empty());
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
