// SPDX-License-Identifier: BSD-3-Clause
// Goal: machines that die and come back, or start a file over, boot; the others notice nothing.
#include "sim/expectation.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

// Machine `index` loses power once it has got `bytes` of a file, and gets it back `pause` later.
void power_cycle(World& world, std::size_t index, std::uint64_t bytes, base::Duration pause) {
  Machine& machine = world.machine(index);
  if (!machine.is_fetching() || machine.bytes_of_fetch() < bytes) {
    world.after(1ms, [=, &world] { power_cycle(world, index, bytes, pause); });
    return;
  }
  machine.power_off();
  world.after(pause, [&world, &machine] { machine.power_on(world.now()); });
}

TEST(RestartTest, MachinesThatDieHalfWayDisturbNobodyAndBootLater) {
  // Goal: a tenth dies in mid-file. On a perfect network the others boot at the very moment at
  // which they boot when nobody dies.
  const std::uint64_t seed = seed_or(10);
  SCOPED_TRACE(seed_text(seed));
  const WorldOptions options{.seed = seed, .machines = 60, .workers = 2};
  World quiet(options);
  expect_all_boot(quiet, 30s);
  World world(options);
  for (std::size_t i = 0; i < world.machines(); i += 10) {
    world.after(0ms, [&world, i] { power_cycle(world, i, 5000 + 300 * i, 10s + i * 500ms); });
  }
  expect_all_boot(world, 90s);
  for (std::size_t i = 0; i < world.machines(); ++i) {
    if (i % 10 == 0) {
      EXPECT_GT(world.machine(i).booted_at(), quiet.machine(i).booted_at());
    } else {
      EXPECT_LE(world.machine(i).booted_at() - quiet.machine(i).booted_at(), 10ms) << i;
    }
  }
  expect_clean_end(world);
}

TEST(RestartTest, MachinesThatDieOnABadNetworkBootLater) {
  // Goal: the same over loss, where nothing is exact: all boot, nothing is left over.
  const std::uint64_t seed = seed_or(11);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed,
               .machines = 60,
               .workers = 3,
               .faults = {.loss = 0.05, .duplication = 0.02, .reordering = 0.05}});
  for (std::size_t i = 0; i < world.machines(); i += 10) {
    world.after(0ms, [&world, i] { power_cycle(world, i, 3000 + 200 * i, 5s + i * 500ms); });
  }
  expect_all_boot(world, 300s);
  expect_clean_end(world);
}

// A machine is held up in mid-file for `pause`, then asks for the file again from the same port and
// with the same bytes. How long it then takes to boot.
base::Duration boot_after_restart(World& world, base::Duration pause) {
  Machine& machine = world.machine(0);
  EXPECT_TRUE(world.run_until(
      [&] { return machine.is_fetching() && machine.bytes_of_fetch() >= 20'000; }, 30s));
  machine.set_hung(true);
  world.run_for(pause);
  machine.set_hung(false);
  const base::Time restarted = world.now();
  EXPECT_TRUE(machine.restart_fetch(world.now()));
  world.flush(machine);
  expect_all_boot(world, 60s);
  EXPECT_EQ(machine.restarts(), 0u);
  return world.now() - restarted;
}

TEST(RestartTest, AFileAskedForAgainAfterASecondBeginsAtOnce) {
  // Goal: the client is silent for more than a second: the server takes its repeated request for a
  // new start, at once, from another port.
  const std::uint64_t seed = seed_or(12);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed, .machines = 1, .plans = {kBootPlans[4]}});
  EXPECT_LT(boot_after_restart(world, 1500ms), 1s);
  EXPECT_EQ(world.rig().total(&worker::Counters::transfers_replaced), 1u);
  expect_clean_end(world);
}

TEST(RestartTest, AFileAskedForAgainWithinASecondBeginsWhenTheSecondIsOver) {
  // Goal: within a second the request counts as a copy made by the network; the client's next one
  // after that is heard. By GRUB, which takes no DATA before an OACK: what the old transfer still
  // sends meanwhile does not lead it astray.
  const std::uint64_t seed = seed_or(13);
  SCOPED_TRACE(seed_text(seed));
  World world({.seed = seed, .machines = 1, .plans = {{&client::kGrub, &client::kGrub, false}}});
  EXPECT_LT(boot_after_restart(world, 300ms), 4s);
  EXPECT_GE(world.rig().drops(wire::DropReason::tftp_duplicate_request), 1u);
  EXPECT_EQ(world.rig().total(&worker::Counters::transfers_replaced), 1u);
  expect_clean_end(world);
}

TEST(RestartTest, FirmwareThatTakesAnyDataForItsOwnBeginsOnceTheSecondIsOver) {
  // Goal: iPXE and PXELINUX hear DATA without an OACK. What the old transfer still sent would name
  // them its port, and they would never hear the new one. Their retries: 0.11 to 1.8 s apart.
  const std::uint64_t seed = seed_or(14);
  SCOPED_TRACE(seed_text(seed));
  for (const client::BootProfile* const loader : {&client::kIpxe, &client::kPxelinux}) {
    for (const base::Duration pause : {10ms, 100ms, 250ms, 450ms, 700ms, 950ms}) {
      SCOPED_TRACE(loader->name);
      SCOPED_TRACE(pause.count());
      World world({.seed = seed, .machines = 1, .plans = {{loader, loader, false}}});
      EXPECT_LT(boot_after_restart(world, pause), 1s - pause + 2s);
      EXPECT_GE(world.rig().drops(wire::DropReason::tftp_duplicate_request), 1u);
      EXPECT_EQ(world.rig().total(&worker::Counters::transfers_replaced), 1u);
      expect_clean_end(world);
    }
  }
}

}  // namespace
}  // namespace stentor::sim
