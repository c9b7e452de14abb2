// SPDX-License-Identifier: BSD-3-Clause
// Goal: machines behind two relays that both forward everything get one address each, whichever
// workers the copies reach, and their files by whichever gateway.
#include "sim/expectation.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

TEST(RelayTest, MachinesBehindTwoRelaysBootWithOneAddressEach) {
  // Goal: no machine restarts, one lease a machine, option 82 back each time (faults() says so).
  const std::uint64_t seed = seed_or(30);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed, .machines = 50, .workers = 2, .relays = 2});
  expect_all_boot(world, 30s);
  EXPECT_EQ(world.data_frames(), world.blocks());
  EXPECT_EQ(world.ledger().bound(world.now()), 50u);
  EXPECT_EQ(world.ledger().naks(), 0u);
  expect_clean_end(world);
}

TEST(RelayTest, AFullPoolBehindTwoRelaysServesEveryMachineOverLoss) {
  // Goal: copies of a DISCOVER waste no address: the pool has exactly one a machine.
  const std::uint64_t seed = seed_or(31);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed,
               .machines = 50,
               .workers = 3,
               .pool = 50,
               .faults = {.loss = 0.05, .duplication = 0.05, .reordering = 0.05},
               .relays = 2});
  expect_all_boot(world, 300s);
  EXPECT_EQ(world.ledger().bound(world.now()), 50u);
  expect_clean_end(world);
}

}  // namespace
}  // namespace stentor::sim
