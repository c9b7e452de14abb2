// SPDX-License-Identifier: BSD-3-Clause
// Goal: every machine gets the kernel of its own folder, whichever workers its DHCP messages and
// its requests meet, behind relays as on the link, and also at an address that was another's. Each
// wrong byte is a fault of the world.
#include "sim/expectation.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

TEST(OwnFilesTest, WhateverWorkersTheMessagesOfAMachineMeet) {
  // Goal: two workers, frames in either queue: DHCP is served where it arrives, requests by owner.
  const std::uint64_t seed = seed_or(60);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed, .machines = 50, .workers = 2, .own_kernels = true});
  expect_all_boot(world, 30s);
  EXPECT_EQ(world.data_frames(), world.blocks());
  EXPECT_GT(world.rig().total(&worker::Counters::frames_handed_over), 0u);
  EXPECT_EQ(world.rig().drops(wire::DropReason::client_busy), 0u);
  expect_clean_end(world);
}

TEST(OwnFilesTest, BehindRelaysThatBothForwardOverABadNetwork) {
  // Goal: frames come from any router; copies of one DISCOVER meet at several workers.
  const std::uint64_t seed = seed_or(61);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed,
               .machines = 50,
               .workers = 3,
               .faults = {.loss = 0.05, .duplication = 0.05, .reordering = 0.05},
               .relays = 2,
               .own_kernels = true});
  expect_all_boot(world, 300s);
  expect_clean_end(world);
}

TEST(OwnFilesTest, AtAddressesThatWereAnothersBefore) {
  // Goal: ten addresses for thirty machines; who has booted is switched off for the next.
  const std::uint64_t seed = seed_or(62);
  SCOPED_TRACE(seed_text(seed));
  constexpr std::size_t kPool = 10;
  constexpr std::size_t kMachines = 30;
  World world({.seed = seed,
               .machines = kMachines,
               .workers = 2,
               .pool = kPool,
               .lease_time = "10s",
               .own_kernels = true});
  std::size_t booted = 0;
  const auto switch_off = [&] {
    for (std::size_t i = 0; i < world.machines(); ++i) {
      if (!world.machine(i).is_booted()) continue;
      world.machine(i).power_off();
      ++booted;
    }
    return booted == kMachines;
  };
  EXPECT_TRUE(world.run_until(switch_off, 3600s)) << world.stragglers();
  expect_clean_end(world);
}

}  // namespace
}  // namespace stentor::sim
