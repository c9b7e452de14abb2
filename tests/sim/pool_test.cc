// SPDX-License-Identifier: BSD-3-Clause
// Goal: more machines than addresses: as many boot as there are addresses, the others when
// addresses come back.
#include "sim/expectation.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

class PoolTest : public testing::TestWithParam<double> {
 protected:
  static constexpr std::size_t kPool = 12;

  static WorldOptions options(std::uint64_t seed) {
    return {.seed = seed,
            .machines = 30,
            .workers = 3,
            .pool = kPool,
            .lease_time = "5m",
            .faults = {.loss = GetParam(), .duplication = GetParam()},
            .power_on_spread = 500ms};
  }
};

TEST_P(PoolTest, ExactlyAsManyBootAsThereAreAddressesAndTheRestWhenTheyAreReleased) {
  // Goal: a released address goes to the next machine, once its use has ended for two minutes.
  const std::uint64_t seed = seed_or(20);
  SCOPED_TRACE(seed_text(seed));
  World world(options(seed));
  EXPECT_TRUE(world.run_until([&] { return world.booted() == kPool; }, 200s)) << world.stragglers();
  world.run_for(20s);
  EXPECT_EQ(world.booted(), kPool);
  EXPECT_EQ(world.ledger().bound(world.now()), kPool);
  std::vector<Machine*> first;
  for (std::size_t i = 0; i < world.machines(); ++i) {
    if (world.machine(i).is_booted()) first.push_back(&world.machine(i));
  }
  // Twice: one RELEASE may be lost, and one that arrives twice must change nothing.
  for (Machine* const machine : first) {
    machine->release();
    world.flush(*machine);
  }
  EXPECT_TRUE(world.run_until([&] { return world.booted() >= 2 * kPool; }, 400s))
      << world.stragglers();
  expect_clean_end(world);
}

TEST_P(PoolTest, TheRestBootWhenLeasesExpire) {
  // Goal: firmware renews nothing and releases nothing: time alone returns addresses.
  const std::uint64_t seed = seed_or(21);
  SCOPED_TRACE(seed_text(seed));
  World world(options(seed));
  expect_all_boot(world, 1200s);
  EXPECT_EQ(world.faults(), "");
  EXPECT_LE(world.ledger().bound(world.now()), kPool);
  expect_clean_end(world);
}

INSTANTIATE_TEST_SUITE_P(OverLoss, PoolTest, testing::Values(0.0, 0.05));

}  // namespace
}  // namespace stentor::sim
