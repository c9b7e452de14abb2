// SPDX-License-Identifier: BSD-3-Clause
// Goal: whole storms of machines of every profile boot from the real server in memory, over every
// kind of link; and a Result that says so.
#include <cmath>

#include "storm_rig.h"

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

constexpr const char* kServerConfig = R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: 10.20.0.2/16}]
dhcp:
  subnets:
    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.255.250], options: {routers: [10.20.0.1]}}
boot:
  rules:
    - {match: {user-class: iPXE}, file: loader}
    - {match: {arch: bios}, file: loader}
    - {match: {arch: efi-x64}, file: loader}
images: {root: /srv/images}
)";

std::vector<Stage> boot_script() {
  return {{.kind = Stage::Kind::dora, .name = {}, .pause = {}, .profile = {}},
          {.kind = Stage::Kind::boot_file, .name = {}, .pause = {}, .profile = {}},
          {.kind = Stage::Kind::missing, .name = "pxelinux.cfg/01", .pause = {}, .profile = {}},
          {.kind = Stage::Kind::file, .name = "kernel", .pause = {}, .profile = {}},
          {.kind = Stage::Kind::file, .name = "initrd", .pause = {}, .profile = {}}};
}

Scenario scenario_of(std::uint32_t machines) {
  Scenario scenario;
  scenario.groups[0].machines = machines;
  scenario.groups[0].profiles = {"bios-rom", "edk2", "ipxe", "grub", "pxelinux", "winpe"};
  scenario.groups[0].script = boot_script();
  return scenario;
}

support::Rig server_with(const std::map<std::string, ByteVector>& files, std::size_t workers = 1) {
  return support::Rig({.yaml = kServerConfig, .images = files, .workers = workers});
}

void expect_all_booted(const Result& result) {
  EXPECT_EQ(result.booted, result.machines) << describe(result);
  EXPECT_EQ(count_of(result, Count::wrong_blocks), 0u);
  EXPECT_EQ(count_of(result, Count::addresses_taken), 0u);
  EXPECT_EQ(count_of(result, Count::files_verified), 3 * result.machines) << describe(result);
  EXPECT_EQ(count_of(result, Count::no_buffer), 0u);
  for (const MachineRow& row : result.rows) EXPECT_EQ(row.bytes, 330'113u) << row.number;
}

// Each frame on the link met the fault with this probability: within six standard deviations.
void expect_share(const Result& result, Count fault, double probability) {
  const auto frames = static_cast<double>(count_of(result, Count::frames_sent) +
                                          count_of(result, Count::frames_received));
  const double expected = frames * probability;
  ASSERT_GT(expected, 50) << "too few to tell";
  EXPECT_NEAR(static_cast<double>(count_of(result, fault)), expected, 6 * std::sqrt(expected))
      << name_of(fault);
}

TEST(StormBootTest, AThousandMachinesOfEveryProfileBootOverAnIdealLink) {
  // Goal: all boot, every byte is compared, nothing has to be repeated.
  const auto files = boot_files();
  support::Rig server = server_with(files);
  StormRig storm(scenario_of(1000), files);
  ASSERT_TRUE(storm.run(server));
  const Result result = storm.result();
  expect_all_booted(result);
  EXPECT_EQ(count_of(result, Count::resends), 0u);
  EXPECT_EQ(count_of(result, Count::data_duplicates), 0u);
  EXPECT_EQ(count_of(result, Count::unknown_frames), 0u);
  EXPECT_EQ(count_of(result, Count::bad_frames), 0u);
  EXPECT_EQ(count_of(result, Count::discovers_sent), 1000u);
  EXPECT_EQ(count_of(result, Count::data_bytes), 1000u * 330'113u);
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  for (const Interval& interval : result.timeline) {
    frames += interval.data_frames;
    bytes += interval.data_bytes;
  }
  EXPECT_EQ(frames, count_of(result, Count::data_frames)) << "the timeline has all of them";
  EXPECT_EQ(bytes, 1000u * 330'113u);
  EXPECT_EQ(server.buffers_in_use(), 0u);
  EXPECT_EQ(storm.port().buffers_in_use(), 0u);
}

TEST(StormBootTest, TwoCoresShareTheMachinesWhicheverQueueTheirFramesArriveOn) {
  // Goal: frames that arrive on the other core's queue cross; each machine boots once.
  const auto files = boot_files();
  support::Rig server = server_with(files);
  StormRig storm(scenario_of(500), files, 2);
  ASSERT_TRUE(storm.run(server));
  const Result result = storm.result();
  expect_all_booted(result);
  EXPECT_EQ(storm.crew(0).tally().booted.value(), 250u);
  EXPECT_EQ(storm.crew(1).tally().booted.value(), 250u);
  EXPECT_EQ(count_of(result, Count::unknown_frames), 0u);
  EXPECT_EQ(storm.port().buffers_in_use(), 0u);
}

TEST(StormBootTest, MachinesBootWhenEachFrameArrivesOnAnotherQueueThanTheOneBefore) {
  // Goal: crossing reorders the frames of a machine; it sees that as loss, and boots.
  const auto files = boot_files();
  support::Rig server = server_with(files);
  StormRig storm(scenario_of(100), files, 3);
  std::size_t turn = 0;
  ASSERT_TRUE(storm.run(server, 20min, [&turn](ByteView) { return turn++; }));
  expect_all_booted(storm.result());
  EXPECT_EQ(storm.port().buffers_in_use(), 0u);
}

TEST(StormBootTest, MachinesBootOverALinkThatLosesDoublesDelaysAndReorders) {
  // Goal: with every fault at once, all boot; what the link did is counted.
  const auto files = boot_files();
  support::Rig server = server_with(files);
  Scenario scenario = scenario_of(200);
  scenario.groups[0].profiles = {"bios-rom", "edk2", "ipxe", "pxelinux", "winpe"};
  scenario.link = {.bits_per_second = 1'000'000'000,
                   .round_trip = 200us,
                   .loss = 0.002,
                   .duplication = 0.002,
                   .reordering = 0.002,
                   .corruption = 0.002};
  scenario.give_up = 60min;
  StormRig storm(scenario, files);
  ASSERT_TRUE(storm.run(server, 60min));
  const Result result = storm.result();
  expect_all_booted(result);
  for (const Count fault :
       {Count::link_lost, Count::link_duplicated, Count::link_reordered, Count::link_corrupted}) {
    expect_share(result, fault, 0.002);
  }
  // What each fault does to those who boot.
  EXPECT_GT(count_of(result, Count::resends), 0u);
  EXPECT_GT(count_of(result, Count::data_duplicates), 0u);
  EXPECT_GT(count_of(result, Count::bad_frames), 0u);
  EXPECT_LE(count_of(result, Count::bad_frames), count_of(result, Count::link_corrupted));
  EXPECT_EQ(count_of(result, Count::link_full), 0u);
  EXPECT_EQ(storm.port().buffers_in_use(), 0u);
}

// How many machines the plan lets die in this stage.
std::uint64_t planned_deaths(const Plan& plan, std::size_t stage) {
  std::uint64_t deaths = 0;
  for (std::uint32_t i = 0; i < plan.machines(); ++i) deaths += plan.machine(i).dies_in == stage;
  return deaths;
}

Scenario faulty_scenario(std::uint64_t seed) {
  Scenario scenario = scenario_of(60);
  scenario.groups[0].profiles = {"bios-rom", "edk2", "ipxe", "pxelinux", "winpe"};
  scenario.link = {.bits_per_second = 0,
                   .round_trip = 200us,
                   .loss = 0.01,
                   .duplication = 0.01,
                   .reordering = 0.01,
                   .corruption = 0.01};
  scenario.deaths = {.probability = 0.5, .restart_after = 1s};
  scenario.give_up = 60min;
  scenario.seed = seed;
  return scenario;
}

TEST(StormBootTest, EachDeathOnAFaultyLinkHappensInItsStageAndOnce) {
  // Goal: who dies where is the plan's, whatever the link does; stages add up; all boot in the end.
  const auto files = boot_files();
  support::Rig server = server_with(files);
  StormRig storm(faulty_scenario(1), files);
  ASSERT_TRUE(storm.run(server, 60min));
  const Result result = storm.result();
  EXPECT_EQ(result.booted, result.machines) << describe(result);
  std::uint64_t deaths = 0;
  for (std::size_t at = 0; at < boot_script().size(); ++at) {
    const StageResult& stage = result.groups[0].stages[at];
    EXPECT_GT(stage.failed, 0u) << stage.name;
    EXPECT_EQ(stage.failed, planned_deaths(storm.plan(), at)) << stage.name;
    EXPECT_EQ(stage.begun, stage.passed + stage.failed) << stage.name;
    deaths += stage.failed;
  }
  EXPECT_EQ(result.groups[0].stages[0].begun, result.machines + deaths);
  EXPECT_EQ(storm.crew().tally().powered_on.value(), result.machines) << "each counts once";
  for (const Count fault :
       {Count::link_lost, Count::link_duplicated, Count::link_reordered, Count::link_corrupted}) {
    expect_share(result, fault, 0.01);
  }
}

TEST(StormBootTest, WhoStaysDeadIsCountedInTheStageThatThePlanNames) {
  // Goal: no restart: the report names each dead machine, and where it died.
  const auto files = boot_files();
  support::Rig server = server_with(files);
  Scenario scenario = scenario_of(60);
  scenario.deaths.probability = 0.5;
  StormRig storm(scenario, files);
  ASSERT_TRUE(storm.run(server));
  const Result result = storm.result();
  std::uint64_t dead = 0;
  for (const MachineRow& row : result.rows) {
    const std::uint8_t dies_in = storm.plan().machine(row.number).dies_in;
    EXPECT_EQ(row.booted, dies_in == kNoStage) << row.number;
    if (row.booted) continue;
    ++dead;
    EXPECT_EQ(row.failure, Failure::died) << row.number;
    EXPECT_EQ(row.stage, dies_in) << row.number;
  }
  EXPECT_GT(dead, 0u);
  EXPECT_EQ(result.failures[static_cast<std::size_t>(Failure::died)], dead);
  EXPECT_EQ(result.booted, result.machines - dead);
}

TEST(StormBootTest, TheSameSeedIsTheSameStorm) {
  // Goal: every count, every failure and every machine's time again; another seed is another storm.
  const auto files = boot_files();
  const auto result_of = [&files](std::uint64_t seed) {
    support::Rig server = server_with(files);
    StormRig storm(faulty_scenario(seed), files);
    EXPECT_TRUE(storm.run(server, 60min));
    return storm.result();
  };
  const Result first = result_of(7);
  const Result again = result_of(7);
  EXPECT_EQ(first.counts, again.counts);
  EXPECT_EQ(first.elapsed, again.elapsed);
  for (std::size_t i = 0; i < first.rows.size(); ++i) {
    EXPECT_EQ(first.rows[i].boot_time, again.rows[i].boot_time) << i;
    EXPECT_EQ(first.rows[i].resends, again.rows[i].resends) << i;
  }
  EXPECT_NE(first.counts, result_of(8).counts);
}

TEST(StormBootTest, AReleaseReachesTheServerThoughItsMachineHasNoAddressAnyMore) {
  // Goal: the address serves another machine afterwards.
  support::Rig server = server_with({});
  Scenario scenario = scenario_of(100);
  scenario.groups[0].script = {
      {.kind = Stage::Kind::dora, .name = {}, .pause = {}, .profile = {}},
      {.kind = Stage::Kind::release, .name = {}, .pause = {}, .profile = {}}};
  StormRig storm(scenario, {});
  ASSERT_TRUE(storm.run(server));
  EXPECT_EQ(storm.result().booted, 100u) << describe(storm.result());
  EXPECT_EQ(server.drops(wire::DropReason::dhcp_released), 100u);
}

TEST(StormBootTest, MachinesBehindRelaysAndOnVlansBoot) {
  // Goal: relays add and check option 82 and route; tagged machines speak on their VLAN alone.
  const auto files = boot_files();
  support::Rig server({.yaml = R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: 10.20.0.2/16}, {vlan: 120, address: 10.120.0.2/16}]
dhcp:
  subnets:
    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.255.250]}
    - {subnet: 10.120.0.0/16, pools: [10.120.16.0-10.120.255.250]}
    - {subnet: 10.21.0.0/16, pools: [10.21.16.0-10.21.255.250], options: {routers: [10.21.0.1]}}
boot:
  rules:
    - {match: {arch: efi-x64}, file: loader}
images: {root: /srv/images}
)",
                       .images = files});
  Scenario scenario;
  scenario.server = wire::Ipv4Address::parse("10.20.0.2");
  scenario.groups = {Group{}, Group{}};
  scenario.groups[0].name = "relayed";
  scenario.groups[0].machines = 60;
  scenario.groups[0].script = boot_script();
  scenario.groups[0].relays = {{*wire::Ipv4Address::parse("10.21.0.1"), "eth1"},
                               {*wire::Ipv4Address::parse("10.21.0.3"), ""}};
  scenario.groups[1].name = "tagged";
  scenario.groups[1].machines = 60;
  scenario.groups[1].script = boot_script();
  scenario.groups[1].mac_first = *wire::MacAddress::parse("02:53:54:01:00:00");
  scenario.groups[1].vlans = {120};
  StormRig storm(scenario, files, 2);
  ASSERT_TRUE(storm.run(server));
  const Result result = storm.result();
  expect_all_booted(result);
  const auto relayed = *wire::Ipv4Prefix::parse("10.21.0.0/16");
  const auto tagged = *wire::Ipv4Prefix::parse("10.120.0.0/16");
  for (const MachineRow& row : result.rows) {
    EXPECT_TRUE((row.group == 0 ? relayed : tagged).contains(row.address)) << row.number;
  }
  EXPECT_EQ(count_of(result, Count::unknown_frames), 0u);
}

}  // namespace
}  // namespace stentor::storm
