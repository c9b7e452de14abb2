// SPDX-License-Identifier: BSD-3-Clause
// Goal: windows of 64 blocks that leave through a fast port do not overflow the buffer of a slow
// one: 200 machines behind 20 links of 1 Gb/s, each with a tail-drop buffer of 512 KiB, on a port
// of 100 Gb/s. Ten windows are twice that buffer.
#include <cstdio>
#include <gtest/gtest.h>

#include "sim/racks.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

constexpr client::TftpProfile kProfile{.blksize = 1468, .windowsize = 64};

Racks racks_with(const std::string& pace, std::uint64_t seed) {
  return Racks({.tftp = "pace: " + pace, .profile = kProfile, .seed = seed});
}

void print(const char* pace, const Racks& racks) {
  std::printf("pace %s: %.4f %% lost, the slowest machine had %.1f %% of its share\n", pace,
              racks.loss() * 100, racks.least_share() * 100);
}

// Whole, and next to nothing lost, and each as fast as its share of its link.
void expect_paced(const char* what, Racks& racks) {
  ASSERT_TRUE(racks.run(30s));
  print(what, racks);
  EXPECT_EQ(racks.failed(), 0u);
  EXPECT_LT(racks.loss(), 0.001);
  EXPECT_GE(racks.least_share(), 0.9);
}

TEST(Pacing, LosesNextToNothingAndKeepsTheLinksBusy) {
  for (const std::uint64_t seed : {5u, 6u, 7u}) {
    Racks racks = racks_with("auto", seed);
    expect_paced("auto", racks);
  }
}

// A link each: what a machine gets is the link's, and not what others leave of it.
TEST(Pacing, FillsALinkThatIsOneMachines) {
  Racks racks({.tftp = "pace: auto",
               .links = 80,
               .machines_a_link = 1,
               .file_bytes = std::size_t{32} << 20,
               .profile = kProfile});
  expect_paced("auto, a link each", racks);
}

TEST(Pacing, KeepsToAFixedRate) {
  Racks racks({.tftp = "pace: 500Mbps", .links = 20, .machines_a_link = 1, .profile = kProfile});
  ASSERT_TRUE(racks.run(30s));
  print("500Mbps, a link each", racks);
  EXPECT_EQ(racks.failed(), 0u);
  EXPECT_EQ(racks.loss(), 0);
  EXPECT_NEAR(racks.least_share(), 0.5, 0.025);
}

TEST(Pacing, IsWhatKeepsTheBuffersFromOverflowing) {
  Racks racks = racks_with("none", 5);
  ASSERT_TRUE(racks.run(60s));
  print("none", racks);
  EXPECT_GT(racks.loss(), 0.001);
}

// Goal: where all that a crowd has under way stands in one queue, which takes longer to drain than
// the timer's floor, nobody's windows leave twice but the first ones.
void expect_served_at_the_links_rate(std::size_t machines, std::uint16_t windowsize,
                                     std::size_t file_bytes) {
  Racks racks(
      {.links = 1,
       .machines_a_link = machines,
       .buffer_bytes = std::size_t{16} << 20,
       .file_bytes = file_bytes,
       .profile = {.blksize = 1468, .windowsize = windowsize, .acks_each_bad_block = true}});
  ASSERT_TRUE(racks.run(120s));
  const auto total = [&racks](auto counter) {
    return static_cast<double>(racks.rig().total(counter));
  };
  const double again =
      total(&worker::Counters::blocks_resent) / total(&worker::Counters::blocks_sent);
  std::printf("%zu machines, windows of %u: %.1f %% of the blocks were sent again\n", machines,
              unsigned{windowsize}, again * 100);
  print("auto, all behind a link", racks);
  EXPECT_EQ(racks.failed(), 0u);
  EXPECT_LE(again, 0.05);
  EXPECT_GE(racks.least_share(), 0.9);
}

TEST(Crowd, BehindOneLinkIsServedAtItsRate) {
  expect_served_at_the_links_rate(400, 16, std::size_t{2} << 20);
}

TEST(Crowd, InLockStepToo) { expect_served_at_the_links_rate(4000, 1, std::size_t{100} << 10); }

}  // namespace
}  // namespace stentor::sim
