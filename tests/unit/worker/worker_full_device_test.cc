// SPDX-License-Identifier: BSD-3-Clause
// Goal: who asks while a device is full of blocks, as it is at line rate, is answered all the same,
// as far as there is room; and who asks without end keeps nobody else waiting.
#include "worker/worker.h"
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

class WorkerFullDeviceTest : public WorkerTest {
 protected:
  static constexpr std::size_t kReplies = TransmitBatch<support::FakePort::Queue>::kReplies;

  // A batch holds as many blocks as it may.
  void SetUp() override {
    start({.images = {{"file", support::patterned(100'000)}}});
    const auto oack = send(support::tftp_request("file", {{"windowsize", "64"}}));
    ASSERT_EQ(oack.size(), 1u);
    queue().set_transmit_max(0);
    send(support::tftp_ack(0), oack[0].source_port);
    blocks = rig->buffers_in_use();
  }

  support::FakePort::Queue& queue() { return rig->port().queue(0); }
  void ask(std::size_t times) {
    for (; times != 0; --times) {
      queue().put(support::arp_frame({.destination = support::kBroadcastMac}, {}));
    }
    rig->poll(now, /*loops=*/10);
  }

  std::size_t blocks = 0;
};

// Who asks for an address waits seconds before it asks again.
TEST_F(WorkerFullDeviceTest, HoldsRepliesBesideTheBlocks) {
  for (std::size_t i = 0; i < kReplies; ++i) ask(1);
  EXPECT_EQ(rig->buffers_in_use(), blocks + kReplies) << "to each question of a burst";
  EXPECT_EQ(rig->drops(wire::DropReason::transmit_full), 0u);
}

// An OFFER that is dropped costs its machine four seconds; a DISCOVER that waits costs nothing.
TEST_F(WorkerFullDeviceTest, LeavesInTheQueueWhatItCouldNotAnswer) {
  ask(100);
  EXPECT_EQ(queue().arriving(), 100 - kReplies);
  EXPECT_EQ(rig->drops(wire::DropReason::transmit_full), 0u);
  queue().set_transmit_max(SIZE_MAX);
  rig->poll(now);
  EXPECT_EQ(queue().arriving(), 0u);
  std::size_t answers = 0;
  while (const auto frame = rig->port().take()) answers += (*frame)[13] == 0x06 ? 1u : 0u;
  EXPECT_EQ(answers, 100u);
}

TEST_F(WorkerFullDeviceTest, DropsWhatItCannotAnswerAfterAWhile) {
  ask(100);
  EXPECT_EQ(queue().arriving(), 100 - kReplies);
  now += TransmitBatch<support::FakePort::Queue>::kReceiveHoldMax + 1us;
  rig->poll(now, /*loops=*/10);
  EXPECT_EQ(queue().arriving(), 0u);
  EXPECT_EQ(rig->drops(wire::DropReason::transmit_full), 100 - kReplies);
}

// Anybody can ask for what is not there, as often as the link carries.
TEST_F(WorkerFullDeviceTest, HoldsFewRefusals) {
  for (client_port = 3000; client_port < 3032; ++client_port) send(support::tftp_request("none"));
  EXPECT_EQ(rig->buffers_in_use(), blocks + TransmitBatch<support::FakePort::Queue>::kMinorReplies);
  queue().set_transmit_max(SIZE_MAX);
  wait(1ms);
  for (client_port = 3100; client_port < 3132; ++client_port) {
    EXPECT_EQ(send(support::tftp_request("none")).size(), 1u) << "where there is room";
  }
}

}  // namespace
}  // namespace stentor::worker
