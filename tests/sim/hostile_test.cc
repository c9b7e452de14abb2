// SPDX-License-Identifier: BSD-3-Clause
// Goal: junk, corrupted and forged frames among those of machines that boot change nothing for
// them.
#include "sim/expectation.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

TEST(HostileTest, MachinesBootAmongHostileFrames) {
  // Goal: a hostile frame for every second good one, over a bad network: all boot, nothing leaks.
  const std::uint64_t seed = seed_or(40);
  SCOPED_TRACE(seed_text(seed));
  const support::LinkFaults faults{.loss = 0.05, .duplication = 0.02, .reordering = 0.05};
  World world({.seed = seed,
               .machines = 40,
               .workers = 3,
               .pool = 2000,
               .faults = faults,
               .hostility = 0.5});
  expect_all_boot(world, 300s);
  expect_clean_end(world);
}

TEST(HostileTest, HostileFramesCostOtherMachinesNoFrame) {
  // Goal: on a perfect network machines boot without one repeat, whatever else arrives.
  const std::uint64_t seed = seed_or(41);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed, .machines = 30, .pool = 2000, .hostility = 0.5});
  expect_all_boot(world, 30s);
  for (std::size_t i = 0; i < world.machines(); ++i) EXPECT_EQ(world.machine(i).restarts(), 0u);
  expect_clean_end(world);
}

}  // namespace
}  // namespace stentor::sim
