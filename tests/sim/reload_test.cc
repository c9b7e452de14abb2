// SPDX-License-Identifier: BSD-3-Clause
// Goal: reloads under load lose no frame, no byte and no lease, whatever they do to the pools, and
// take no memory.
#include <malloc.h>

#include "sim/expectation.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

// Time and again, until the world is no more.
void reload_each(World& world, base::Duration period, const std::vector<std::string>& addresses,
                 std::size_t& reloads) {
  world.after(period, [&world, period, &addresses, &reloads] {
    world.reload(addresses[reloads++ % addresses.size()]);
    reload_each(world, period, addresses, reloads);
  });
}

TEST(ReloadTest, NobodyNoticesAReloadThatIsNotAboutHim) {
  // Goal: on a perfect network every machine boots at the very moment at which it boots without
  // reloads, though pools grow, fall into pieces and get reservations of others.
  const std::uint64_t seed = seed_or(60);
  SCOPED_TRACE(seed_text(seed));
  const WorldOptions options{.seed = seed, .machines = 40, .workers = 3};
  World quiet(options);
  expect_all_boot(quiet, 30s);
  World world(options);
  const std::vector<std::string> addresses{
      "", "pools: [10.20.16.0-10.20.20.255]",
      "pools: [10.20.16.0-10.20.17.255, 10.20.18.0-10.20.20.255]",
      "pools: [10.20.16.0-10.20.20.255], reservations: [{mac: \"02:99:00:00:00:01\", address: "
      "10.20.20.9}]"};
  std::size_t reloads = 0;
  reload_each(world, 10ms, addresses, reloads);
  expect_all_boot(world, 30s);
  EXPECT_GT(reloads, 100u);
  for (std::size_t i = 0; i < world.machines(); ++i) {
    EXPECT_EQ(world.machine(i).booted_at(), quiet.machine(i).booted_at()) << i;
    EXPECT_EQ(world.machine(i).address(), quiet.machine(i).address()) << i;
  }
  EXPECT_EQ(world.faults(), "");
}

TEST(ReloadTest, MachinesBootWhilePoolsMoveAndTheNetworkLoses) {
  // Goal: who was told an address that is gone by its REQUEST asks anew; everybody boots, no
  // address has two owners.
  const std::uint64_t seed = seed_or(61);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed,
               .machines = 40,
               .workers = 3,
               .faults = {.loss = 0.03, .duplication = 0.02, .reordering = 0.05}});
  const std::vector<std::string> addresses{
      "", "pools: [10.20.30.0-10.20.30.255]", "pools: [10.20.16.20-10.20.16.60]",
      "pools: [10.20.16.0-10.20.16.99], reservations: [{mac: \"02:99:00:00:00:01\", address: "
      "10.20.16.3}, {mac: \"02:99:00:00:00:02\", address: 10.20.16.21}]"};
  std::size_t reloads = 0;
  reload_each(world, 700ms, addresses, reloads);
  expect_all_boot(world, 300s);
  EXPECT_GT(reloads, 5u);
  EXPECT_EQ(world.faults(), "");
}

TEST(ReloadTest, AMovedPoolKeepsItsLeasesFromNewcomersUntilTheyEnd) {
  // Goal: half of the machines boot, the pool moves, the others boot; then it comes back.
  const std::uint64_t seed = seed_or(62);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed, .machines = 20, .workers = 2, .pool = 20, .power_on_spread = 8s});
  EXPECT_TRUE(world.run_until([&] { return world.booted() >= 8; }, 30s));
  world.reload("pools: [10.20.17.0-10.20.17.19]");
  expect_all_boot(world, 60s);
  world.reload("");
  EXPECT_EQ(world.ledger().bound(world.now()), world.rig().leases().census(world.now()).bound);
  EXPECT_EQ(world.ledger().bound(world.now()), world.machines());
  expect_clean_end(world);
}

TEST(ReloadTest, TenThousandReloadsTakeNoMemory) {
  // Goal: under load, with pools that move to new addresses each time: what is in use at the end is
  // what was in use after the first hundred.
  const std::uint64_t seed = seed_or(63);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed, .machines = 20, .workers = 2, .power_on_spread = 100s});
  std::vector<std::string> addresses;
  for (int i = 0; i < 50; ++i) {
    const std::string third = "10.20." + std::to_string(20 + i) + ".";
    addresses.push_back("pools: [" + third + "0-" + third + "199]");
    addresses.emplace_back("");
  }
  std::size_t reloads = 0;
  reload_each(world, 10ms, addresses, reloads);
  const auto in_use_after = [&](std::size_t count) {
    world.run_until([&] { return reloads >= count; }, 200s);
    return mallinfo2().uordblks;
  };
  const std::size_t before = in_use_after(100);
  const std::size_t after = in_use_after(10'100);
  // What machines and links hold differs from moment to moment.
  EXPECT_LT(after, before + (256 << 10)) << "in use before: " << before;
  EXPECT_EQ(world.faults(), "");
}

}  // namespace
}  // namespace stentor::sim
