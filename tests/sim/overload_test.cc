// SPDX-License-Identifier: BSD-3-Clause
// Goal: a port that is asked for ten times what it carries carries as much as at its peak: what is
// begun goes on, and no block is sent for nothing (PERFORMANCE P13, the part of TFTP).
#include <cstdio>
#include <gtest/gtest.h>

#include "sim/racks.h"
#include "support/tftp_builder.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kTime = 4s;
constexpr std::size_t kFileBytes = std::size_t{2} << 20;
// A 1 Gb/s port carries some 230 such files in that time.
constexpr std::size_t kMachinesOfPeak = 230;

// What such a port carries in blocks of 512 bytes and ACKs in lock-step, ten times.
constexpr std::uint64_t kFloodASecond = 2'000'000;

struct Outcome {
  double bytes_a_second;
  double resent;  // of the blocks that were sent
};

Outcome outcome_of(std::size_t machines, std::uint16_t windowsize) {
  Racks racks({.links = machines / 10,
               .machines_a_link = 10,
               .port_megabits = 1'000,
               .file_bytes = kFileBytes,
               .spread = 10ms,
               .profile = {.blksize = 1468, .windowsize = windowsize}});
  racks.run(kTime);
  const auto sent = static_cast<double>(racks.rig().total(&worker::Counters::blocks_sent));
  const auto blocks = static_cast<double>(racks.bytes_received()) / 1468;
  return {static_cast<double>(racks.bytes_received()) / (static_cast<double>(kTime.count()) / 1e9),
          1 - blocks / sent};
}

TEST(Overload, CarriesAsMuchAsAtThePeak) {
  for (const std::uint16_t windowsize : {std::uint16_t{1}, std::uint16_t{4}, std::uint16_t{64}}) {
    const Outcome peak = outcome_of(kMachinesOfPeak, windowsize);
    const Outcome overload = outcome_of(10 * kMachinesOfPeak, windowsize);
    const double ratio = overload.bytes_a_second / peak.bytes_a_second;
    std::printf(
        "window %u: %.1f MB/s at the peak, %.1f at ten times its load: %.3f; %.2f %% of "
        "blocks sent for nothing\n",
        unsigned{windowsize}, peak.bytes_a_second / 1e6, overload.bytes_a_second / 1e6, ratio,
        overload.resent * 100);
    EXPECT_GE(ratio, 0.90) << windowsize;
  }
}

// Bytes that machines of the peak receive in a second, beside a flood of `message` to `port`.
std::uint64_t bytes_beside(const ByteVector& message, std::uint16_t port, std::uint64_t a_second,
                           std::uint16_t windowsize, std::size_t workers) {
  Racks racks({.links = kMachinesOfPeak / 10,
               .machines_a_link = 10,
               .port_megabits = 1'000,
               .file_bytes = kFileBytes,
               .spread = 10ms,
               .profile = {.blksize = 1468, .windowsize = windowsize},
               .workers = workers,
               .flood_a_second = a_second,
               .flood_message = message,
               .flood_port = port});
  racks.run(100ms);  // all are served by now
  racks.start_flood();
  const std::uint64_t before = racks.bytes_received();
  racks.run(1s);
  EXPECT_LE(racks.rig().buffers_in_use(), 200u);
  return racks.bytes_received() - before;
}

void flood_all(std::uint16_t windowsize, std::size_t workers) {
  const struct {
    const char* name;
    ByteVector message;
    std::uint16_t port;
  } floods[] = {{"RRQ", support::tftp_request("file"), 69},
                {"RRQ, options",
                 support::tftp_request("file", {{"blksize", "1468"}, {"windowsize", "64"}}), 69},
                {"RRQ of no file", support::tftp_request("nofile"), 69},
                {"WRQ", ByteVector{0, 2, 'f', 0, 'o', 'c', 't', 'e', 't', 0}, 69},
                {"ACK", support::tftp_ack(7), 50'000}};
  const auto without = static_cast<double>(bytes_beside({}, 69, 0, windowsize, workers));
  for (const auto& flood : floods) {
    const auto with = static_cast<double>(
        bytes_beside(flood.message, flood.port, kFloodASecond, windowsize, workers));
    std::printf("window %u, %zu workers, %.1f M %s a second: %.3f of the goodput without\n",
                unsigned{windowsize}, workers, kFloodASecond / 1e6, flood.name, with / without);
    EXPECT_GE(with / without, 0.9) << flood.name << ", window " << windowsize;
  }
}

TEST(Overload, LeavesNineTenthsToTheLiveInAFloodOfRequestsAndOfAcks) {
  // Goal: forged requests, which draw a whole block each, or a refusal, and ACKs of nothing.
  for (const std::uint16_t windowsize : {std::uint16_t{1}, std::uint16_t{16}}) {
    flood_all(windowsize, 1);
  }
}

TEST(Overload, LeavesThemToTransfersWhoseFramesCross) { flood_all(16, 2); }

}  // namespace
}  // namespace stentor::sim
