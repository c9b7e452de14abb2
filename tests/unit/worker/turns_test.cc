// SPDX-License-Identifier: BSD-3-Clause
// Goal: transfers that are ready at the same time have equal shares of the device, in bytes,
// whatever the length of their blocks.
#include <map>

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

// Goal: of a crowd of transfers that are ready, those whose turn has come are served, as soon as
// their clients answer, before others have theirs; and no more often than kTurnsInARow.
class CrowdTest : public WorkerTest {
 protected:
  static constexpr std::size_t kClients = 2600;
  static constexpr std::size_t kTurns = TftpService::kTurnsInARow;
  static constexpr std::uint16_t kWindow = 4;  // a turn's share

  void SetUp() override {
    start({.images = {{"big", support::patterned(200'000)}}, .transfers_max = kClients});
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
    // A burst's ACKs ask for twice what a loop sends: in the end half of all wait.
    for (std::size_t client = 0; client < kClients; ++client) acknowledge(client, 0);
    while (rig->port().queue(0).arriving() != 0) serve();
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
  // One loop: who had how many blocks.
  std::map<std::size_t, std::size_t> serve() {
    rig->worker().poll(now);
    std::map<std::size_t, std::size_t> blocks;
    while (const auto frame = rig->port().take()) ++blocks[client_of(*frame)];
    for (const auto& [client, count] : blocks) served[client] += count;
    return blocks;
  }

  std::vector<std::uint16_t> server_ports;
  std::map<std::size_t, std::size_t> served;  // blocks, by client
};

TEST_F(CrowdTest, ServesThoseWhoseTurnHasComeAsSoonAsTheyAnswer) {
  const auto first = serve();
  ASSERT_EQ(first.size(), TransmitBatch<support::FakePort::Queue>::kBlocks / kWindow);
  for (std::size_t turn = 1; turn < kTurns; ++turn) {
    for (const auto& [client, blocks] : first) {
      acknowledge(client, static_cast<std::uint16_t>(turn * kWindow));
    }
    EXPECT_EQ(serve(), first) << turn;
  }
  for (const auto& [client, blocks] : first) acknowledge(client, kTurns * kWindow);
  for (const auto& [client, blocks] : serve()) EXPECT_FALSE(first.contains(client));
}

// Goal: where the device is what limits, a turn is a turn: else each would wait for all the others'
// eight, on a slow port longer than its firmware does.
TEST_F(CrowdTest, TakesOneTurnEachWhereTheDeviceIsFull) {
  rig->port().queue(0).set_transmit_max(48);
  serve();
  serve();
  for (std::size_t loop = 0; loop < kTurns; ++loop) {
    for (const auto& [client, blocks] : serve()) {
      EXPECT_LE(served[client], kWindow) << "client " << client << ", loop " << loop;
      if (served[client] == kWindow) acknowledge(client, kWindow);
    }
  }
}

// Goal: nobody waits for ever: whoever answers whenever it can, all of the crowd have their turns.
TEST_F(CrowdTest, ServesEverybody) {
  const std::size_t waiting = kClients - served.size();
  ASSERT_GT(waiting, 1024u);
  const std::size_t loops_max = waiting * kTurns * kWindow / 64 + kTurns;
  for (std::size_t loop = 0; loop < loops_max && served.size() != kClients; ++loop) {
    for (const auto& [client, blocks] : serve()) {
      acknowledge(client, static_cast<std::uint16_t>(served[client]));
    }
  }
  EXPECT_EQ(served.size(), kClients);
}

}  // namespace
}  // namespace stentor::worker
