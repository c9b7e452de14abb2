// SPDX-License-Identifier: BSD-3-Clause
// Goal: transfers that are ready at the same time have equal shares of the device, in bytes,
// whatever the length of their blocks.
#include <map>
#include <set>

#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

class TurnsTest : public WorkerTest {
 protected:
  // Begins a transfer of windows of 64 and returns the ACK that opens the first one.
  ByteVector open(std::uint16_t port, const std::string& blksize) {
    client_port = port;
    const auto replies =
        send(support::tftp_request("big", {{"blksize", blksize}, {"windowsize", "64"}}));
    EXPECT_EQ(replies.size(), 1u);
    return support::udp_frame({}, {}, {port, replies.at(0).source_port}, support::tftp_ack(0));
  }

  // Bytes by client port of the next frames that the device takes: as many as a batch has, while
  // both clients have more to be sent.
  std::map<std::uint16_t, std::size_t> bytes_of_a_batch() {
    rig->poll(now);
    std::map<std::uint16_t, std::size_t> bytes;
    for (std::size_t i = 0; i < 64; ++i) {
      const auto frame = rig->port().take();
      if (!frame) break;
      bytes[static_cast<std::uint16_t>((*frame)[36] << 8 | (*frame)[37])] += frame->size();
    }
    return bytes;
  }
};

TEST_F(TurnsTest, AreEqualInBytes) {
  constexpr std::size_t kTurn = 6 * 1024;
  for (const std::string other : {"512", "1024", "1468"}) {
    start({.images = {{"big", support::patterned(200'000)}}});
    const ByteVector large = open(2070, "1468");
    const ByteVector small = open(2071, other);
    rig->port().queue(0).put(large);
    rig->port().queue(0).put(small);
    auto bytes = bytes_of_a_batch();
    EXPECT_LE(bytes[2070], bytes[2071] + kTurn) << other;
    EXPECT_LE(bytes[2071], bytes[2070] + kTurn) << other;
  }
}

// Goal: a block that is longer than a turn's share waits for as many turns as it takes, and leaves.
TEST_F(TurnsTest, OfBlocksLongerThanAShareComeMoreSeldom) {
  support::RigOptions options{.images = {{"big", support::patterned(200'000)}}};
  options.yaml = std::string(support::kUnpacedConfig);
  const std::string mtu = "10.20.0.2/16";
  options.yaml.insert(options.yaml.find(mtu) + mtu.size(), ", mtu: 9216");
  start(options);
  rig->port().traits().mtu = 9216;
  const ByteVector large = open(2070, "9000");
  const ByteVector small = open(2071, "512");
  rig->port().queue(0).put(large);
  rig->port().queue(0).put(small);
  auto bytes = bytes_of_a_batch();
  EXPECT_GT(bytes[2070], 9000u);
  EXPECT_LE(bytes[2070], bytes[2071] + 9216 + 6 * 1024);
  EXPECT_LE(bytes[2071], bytes[2070] + 9216 + 6 * 1024);
}

// A crowd of transfers that are ready, all of whose clients answer at once.
class CrowdTest : public WorkerTest {
 protected:
  static constexpr std::size_t kClients = 2800;
  static constexpr std::size_t kTurns = TftpService::kTurnsInARow;
  static constexpr std::uint16_t kWindow = 4;  // a turn's share

  void SetUp() override {
    start({.images = {{"big", support::patterned(500'000)}}, .transfers_max = kClients});
    for (std::size_t client = 0; client < kClients; ++client) {
      put(client, 69,
          support::tftp_request("big",
                                {{"blksize", "1468"}, {"windowsize", std::to_string(kWindow)}}));
    }
    rig->poll(now);
    server_ports.resize(kClients);
    while (const auto frame = rig->port().take()) {
      server_ports[client_of(*frame)] = support::tftp_reply(*frame).source_port;
    }
    // A burst's ACKs ask for twice what a loop sends: in the end nearly all wait.
    for (std::size_t client = 0; client < kClients; ++client) acknowledge(client, 0);
    while (rig->port().queue(0).arriving() > kBurst) serve();
  }

  void put(std::size_t client, std::uint16_t to, const ByteVector& message) {
    const std::string address = "10.20.20." + std::to_string(1 + client % 200);
    const auto port = static_cast<std::uint16_t>(3000 + client / 200);
    rig->port().queue(0).put(support::udp_frame({}, {.source = address}, {port, to}, message));
  }
  void acknowledge(std::size_t client, std::uint16_t block) {
    put(client, server_ports[client], support::tftp_ack(block));
  }
  static std::size_t client_of(const ByteVector& frame) {
    const auto port = static_cast<std::size_t>(frame[36] << 8 | frame[37]);
    return (port - 3000) * 200 + frame[33] - 1u;
  }
  // One loop: who had blocks. Whoever has a window answers.
  std::set<std::size_t> serve() {
    now += loop_time;
    rig->worker().poll(now);
    std::set<std::size_t> clients;
    while (const auto frame = rig->port().take()) {
      const std::size_t client = client_of(*frame);
      clients.insert(client);
      if (++blocks[client] % kWindow == 0) acknowledge(client, blocks[client]);
    }
    return clients;
  }
  // In how many loops in a row clients had blocks: how often so many, where all of it was seen.
  std::map<std::size_t, std::size_t> runs(std::size_t loops) {
    std::map<std::size_t, std::size_t> lengths, going;
    std::set<std::size_t> before = serve();
    for (; loops != 0; --loops) {
      const std::set<std::size_t> now_served = serve();
      for (const std::size_t client : now_served) {
        if (going.contains(client) || !before.contains(client)) ++going[client];
      }
      std::erase_if(going, [&](const auto& run) {
        if (now_served.contains(run.first)) return false;
        ++lengths[run.second];
        return true;
      });
      before = now_served;
    }
    return lengths;
  }

  base::Duration loop_time = 1us;  // of which each has sixteen turns
  std::vector<std::uint16_t> server_ports;
  std::map<std::size_t, std::uint16_t> blocks;
};

// Goal: whose turn has come is served, as soon as it answers, before others have theirs; and no
// more often than kTurnsInARow.
TEST_F(CrowdTest, ServesThoseWhoseTurnHasComeAsSoonAsTheyAnswer) {
  loop_time = 100us;  // a round of all, eight turns each, takes 0.14 s
  runs(250);
  const auto lengths = runs(8 * kTurns);
  EXPECT_EQ(lengths.size(), 1u);
  EXPECT_GT(lengths.at(kTurns), kTurns);
}

// Goal: where turns are slow, as on a slow port, each has one: else all would wait longer for each
// other's eight than their firmware does.
TEST_F(CrowdTest, GivesOneTurnEachWhereARoundWouldBeLong) {
  loop_time = 1ms;  // 1.4 s
  runs(25);
  const auto lengths = runs(8 * kTurns);
  EXPECT_EQ(lengths.size(), 1u);
  EXPECT_GT(lengths.at(1), kTurns);
}

// Goal: nobody waits for ever.
TEST_F(CrowdTest, ServesEverybody) {
  std::set<std::size_t> served;
  const std::size_t turns_a_loop = TransmitBatch<support::FakePort::Queue>::kBlocks / kWindow;
  for (std::size_t loop = 0; loop < kClients * kTurns / turns_a_loop + kTurns; ++loop) {
    served.merge(serve());
  }
  EXPECT_EQ(served.size(), kClients);
}

}  // namespace
}  // namespace stentor::worker
