// SPDX-License-Identifier: BSD-3-Clause
// Goal: a capture shows each frame that a worker serves, with why it was dropped, and each that it
// puts in line, byte for byte as it leaves; and nothing once it is off.
#include "worker_fixture.h"

namespace stentor::worker {
namespace {

using wire::DropReason;

class WorkerCaptureTest : public WorkerTest {
 protected:
  struct Shown {
    capture::Record record;
    ByteVector bytes;
  };

  void start_capture(const capture::Filter& filter = {}, support::RigOptions options = {}) {
    workers = options.workers;
    start(std::move(options));
    for (std::size_t i = 0; i < workers; ++i) {
      ASSERT_TRUE(rig->worker(i).tap().start(filter));
    }
    rig->poll(now);
  }
  std::vector<Shown> shown() {
    std::vector<Shown> all;
    for (std::size_t i = 0; i < workers; ++i) {
      rig->worker(i).tap().drain([&](const capture::Record& record, base::Bytes kept) {
        all.push_back({record, {kept.begin(), kept.end()}});
        return true;
      });
    }
    return all;
  }

  std::size_t workers = 1;
};

TEST_F(WorkerCaptureTest, ShowsARequestAndWhatIsSentForIt) {
  start_capture();
  const ByteVector request =
      support::udp_frame({}, {}, {client_port, 69}, support::tftp_request("file"));
  const auto sent = rig->exchange(request, now);
  ASSERT_EQ(sent.size(), 1u);
  const auto seen = shown();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].record.direction, capture::Direction::received);
  EXPECT_EQ(seen[0].record.at, now);
  EXPECT_FALSE(seen[0].record.is_dropped);
  EXPECT_EQ(seen[0].bytes, request);
  EXPECT_EQ(seen[1].record.direction, capture::Direction::sent);
  EXPECT_EQ(seen[1].bytes, sent[0]) << "header and block";
  EXPECT_EQ(rig->total(&Counters::frames_captured), 2u);
}

TEST_F(WorkerCaptureTest, ShowsArpAndItsAnswer) {
  start_capture();
  const auto sent = rig->exchange(support::arp_frame({}, {}), now);
  const auto seen = shown();
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[1].bytes, sent.at(0));
}

// As many as found a buffer, also where that ends a turn in its middle.
TEST_F(WorkerCaptureTest, ShowsEachBlockOfATurn) {
  for (const std::size_t buffers : {std::size_t{4096}, std::size_t{6}}) {
    now = kStart;
    start_capture({}, {.images = {{"file", support::patterned(9000)}}, .buffers = buffers});
    const auto oack = send(support::tftp_request("file", {{"windowsize", "16"}}));
    ASSERT_EQ(oack.size(), 1u);
    shown();
    rig->port().queue(0).put(
        support::udp_frame({}, {}, {client_port, oack[0].source_port}, support::tftp_ack(0)));
    for (int i = 0; i < 3; ++i) rig->worker().poll(now);
    std::vector<ByteVector> captured;
    for (Shown& each : shown()) {
      if (each.record.direction == capture::Direction::sent) captured.push_back(each.bytes);
    }
    std::vector<ByteVector> sent;
    while (const auto frame = rig->port().take()) sent.push_back(*frame);
    EXPECT_GT(sent.size(), 2u);
    EXPECT_EQ(captured, sent) << buffers;
  }
}

TEST_F(WorkerCaptureTest, SaysWhyAFrameIsDropped) {
  start_capture({.drops_only = true});
  send(support::tftp_request("file"));
  send(support::patterned(20), /*to=*/9);
  const auto seen = shown();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_TRUE(seen[0].record.is_dropped);
  EXPECT_EQ(seen[0].record.reason, DropReason::udp_port_closed);
}

TEST_F(WorkerCaptureTest, ShowsWhatIsShedAfterAGlance) {
  start_capture({.drops_only = true}, {.transfers_max = 300});
  for (std::size_t i = 0; i < 1'000; ++i) {
    rig->port().queue(0).put(support::udp_frame(
        {}, {.source = "10.20.20." + std::to_string(1 + i % 200)},
        {static_cast<std::uint16_t>(3000 + i / 200), 69}, support::tftp_request("missing")));
  }
  rig->poll(now);
  const auto seen = shown();
  ASSERT_EQ(seen.size(), rig->drops(DropReason::tftp_overload));
  EXPECT_GT(seen.size(), 500u);
  for (const Shown& each : seen) EXPECT_EQ(each.record.reason, DropReason::tftp_overload);
}

TEST_F(WorkerCaptureTest, ShowsAFrameThatCrossesOnce) {
  start_capture({}, {.workers = 2});
  for (std::uint16_t i = 0; i < 40; ++i) {
    rig->port().queue(i % 2).put(
        support::udp_frame({}, {.source = "10.20.20." + std::to_string(1 + i)}, {client_port, 69},
                           support::tftp_request("file")));
  }
  for (int i = 0; i < 20; ++i) rig->poll(now);
  ASSERT_GT(rig->total(&Counters::frames_handed_over), 0u);
  std::size_t received = 0;
  for (const Shown& each : shown()) {
    received += each.record.direction == capture::Direction::received ? 1 : 0;
  }
  EXPECT_EQ(received, rig->total(&Counters::frames_received));
  while (rig->port().take()) {
  }
}

TEST_F(WorkerCaptureTest, ShowsNothingOnceItIsOff) {
  start_capture();
  rig->worker(0).tap().stop();
  rig->poll(now);
  send(support::tftp_request("file"));
  EXPECT_TRUE(shown().empty());
  EXPECT_EQ(rig->total(&Counters::frames_captured), 0u);
}

}  // namespace
}  // namespace stentor::worker
