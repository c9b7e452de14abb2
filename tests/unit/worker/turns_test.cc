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

}  // namespace
}  // namespace stentor::worker
