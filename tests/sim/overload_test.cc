// SPDX-License-Identifier: BSD-3-Clause
// Goal: a port that is asked for ten times what it carries carries as much as at its peak: what is
// begun goes on, and no block is sent for nothing (PERFORMANCE P13, the part of TFTP).
#include <cstdio>
#include <gtest/gtest.h>

#include "sim/racks.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kTime = 4s;
constexpr std::size_t kFileBytes = std::size_t{2} << 20;
// A 1 Gb/s port carries some 230 such files in that time.
constexpr std::size_t kMachinesOfPeak = 230;

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

}  // namespace
}  // namespace stentor::sim
