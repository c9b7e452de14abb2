// SPDX-License-Identifier: BSD-3-Clause
// Goal: from power-on to the end of a storm, over a faulty link too, polling allocates nothing.
#include "pooled_queue.h"
#include "storm_rig.h"
#include "stub_server.h"
#include "support/allocation_trap.h"

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

std::uint64_t allocations_of(const Scenario& scenario, Result& result) {
  auto files = boot_files();
  files["pxelinux.cfg/default"] = support::patterned(2000);
  auto plan = make_plan(scenario, {.port_mac = {}, .reference = reference_of(files)});
  CHECK(plan.has_value());
  base::Time now{1h};
  Mesh<PooledQueue> mesh(**plan, now);
  PooledQueue queue;
  Crew<PooledQueue> crew(**plan, 0, queue, mesh);
  StubServer server({.files = files});
  std::uint64_t allocations = 0;
  for (int i = 0; i < 2'000'000 && !crew.is_over(); ++i, now += 100us) {
    const std::uint64_t before = support::allocations();
    crew.poll(now);
    allocations += support::allocations() - before;
    for (const PooledQueue::Frame frame : queue.sent()) {
      for (const ByteVector& reply : server.answer(queue.bytes(frame))) queue.arrive(reply);
    }
    queue.forget_sent();
  }
  EXPECT_TRUE(crew.is_over());
  const std::array views{crew.view()};
  result = collect(**plan, views);
  return allocations;
}

TEST(StormAllocationTest, PollingAllocatesNothing) {
  // Goal: every kind of stage, deaths and restarts, deadlines, wrong files.
  Scenario scenario;
  Group& group = scenario.groups[0];
  group.machines = 60;
  group.profiles = {"bios-rom", "edk2", "ipxe", "grub", "pxelinux", "winpe"};
  using Kind = Stage::Kind;
  group.script.clear();
  for (const Kind kind :
       {Kind::dora, Kind::boot_server, Kind::boot_file, Kind::dora, Kind::missing, Kind::file,
        Kind::pxelinux_config, Kind::missing, Kind::pause, Kind::renew, Kind::release}) {
    group.script.push_back({.kind = kind, .name = {}, .pause = 50ms, .profile = {}});
  }
  group.script[4].name = "none";
  group.script[5].name = "kernel";
  group.script[7].name = "{mac}";
  scenario.deaths = {.probability = 0.2, .restart_after = 2s};
  Result result;
  EXPECT_EQ(allocations_of(scenario, result), 0u);
  EXPECT_EQ(result.booted, 60u) << describe(result);
}

TEST(StormAllocationTest, PollingOverAFaultyLinkAllocatesNothing) {
  Scenario scenario;
  scenario.groups[0].machines = 40;
  scenario.link = {.bits_per_second = 100'000'000,
                   .round_trip = 1ms,
                   .loss = 0.01,
                   .duplication = 0.01,
                   .reordering = 0.01,
                   .corruption = 0.01};
  Result result;
  EXPECT_EQ(allocations_of(scenario, result), 0u);
  EXPECT_EQ(result.booted, 40u) << describe(result);
}

}  // namespace
}  // namespace stentor::storm
