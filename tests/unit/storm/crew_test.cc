// SPDX-License-Identifier: BSD-3-Clause
// Goal: a storm over a device whose rings are full goes on: neither side waits for the other.
#include <algorithm>
#include <deque>

#include "storm_rig.h"

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

constexpr const char* kCrewServerConfig = R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: 10.20.0.2/16}]
dhcp: {subnets: [{subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.255.250]}]}
images: {root: /srv/images}
)";

// A server that hears only what it surely has room to answer, behind rings as memif has: what is
// sent stands in one until the other side takes it.
class PatientServer {
 public:
  static constexpr std::size_t kRing = 64;
  static constexpr std::size_t kBurst = 16;

  explicit PatientServer(StormRig& storm) : storm_(storm) {}

  bool run(base::Duration limit) {
    const base::Time end = storm_.now() + limit;
    while (storm_.now() < end && !storm_.is_over()) {
      rigs_queue().set_transmit_max(kRing - to_server_.size());
      storm_.crew().poll(storm_.now());
      while (auto frame = storm_.port().take()) to_server_.push_back(*std::move(frame));
      while (serve()) {
      }
      storm_.advance(10us);
    }
    return storm_.is_over();
  }

 private:
  StormRig::Queue& rigs_queue() { return storm_.port().queue(0); }

  // True if it may have more to do: it is faster than the rig.
  bool serve() {
    while (answers_.size() < kBurst && !to_server_.empty()) {
      server_.port().queue(0).put(std::move(to_server_.front()));
      to_server_.pop_front();
      server_.poll(storm_.now());
      while (auto answer = server_.port().take()) answers_.push_back(*std::move(answer));
    }
    while (!answers_.empty() && rigs_queue().arriving() < kRing) {
      rigs_queue().put(std::move(answers_.front()));
      answers_.pop_front();
    }
    return answers_.empty() && !to_server_.empty();
  }

  StormRig& storm_;
  support::Rig server_{{.yaml = kCrewServerConfig, .images = {{"loader", ByteVector(1)}}}};
  std::deque<ByteVector> to_server_;
  std::deque<ByteVector> answers_;
};

TEST(CrewTest, MachinesThatAllAskAtOnceAreServedThroughFullRings) {
  // Goal: nothing is lost or asked again, and the storm is as short as its frames.
  Scenario scenario;
  scenario.groups[0].machines = 2000;
  scenario.groups[0].script.assign(
      4, {.kind = Stage::Kind::dora, .name = {}, .pause = {}, .profile = {}});
  StormRig storm(scenario, {});
  PatientServer server(storm);
  ASSERT_TRUE(server.run(900ms));
  const Result result = storm.result();
  EXPECT_EQ(result.booted, 2000u) << describe(result);
  EXPECT_EQ(count_of(result, Count::acks_received), 8000u);
  EXPECT_EQ(count_of(result, Count::resends), 0u);
  EXPECT_EQ(count_of(result, Count::not_taken), 0u);
  EXPECT_GT(count_of(result, Count::port_full), 0u) << "the rings were never full";
}

// One file each, and no DHCP.
Scenario machines_that_fetch(std::uint32_t machines) {
  Scenario scenario;
  scenario.groups[0].machines = machines;
  scenario.groups[0].addresses = wire::Ipv4Prefix::parse("10.20.16.0/16");
  scenario.server = wire::Ipv4Address::parse("10.20.0.2");
  scenario.groups[0].script = {
      {.kind = Stage::Kind::file, .name = "loader", .pause = {}, .profile = {}}};
  return scenario;
}

TEST(CrewTest, AnAnswerOfTwoFramesIsNotLostWhereThereWasRoomForOne) {
  // Goal: a size probe ends with an ERROR, and the RRQ of the file follows at once. Where all of a
  // storm's probes are answered while the device takes next to nothing, both leave in the end, and
  // no machine waits until it asks again.
  constexpr std::uint32_t kMachines = 500;
  const Scenario scenario = machines_that_fetch(kMachines);
  StormRig storm(scenario, {});
  support::Rig server({.yaml = kCrewServerConfig, .images = {{"loader", ByteVector(1)}}});
  std::deque<ByteVector> answers;
  bool have_all_asked = false;
  for (; storm.now() < StormRig::kStart + 900ms && !storm.is_over(); storm.advance(10us)) {
    storm.crew().poll(storm.now());
    while (auto frame = storm.port().take()) server.port().queue(0).put(*std::move(frame));
    server.poll(storm.now());
    while (auto answer = server.port().take()) answers.push_back(*std::move(answer));
    if (!have_all_asked) {
      const std::uint64_t asked = count_of(storm.result(), Count::rrqs_sent);
      have_all_asked = asked == kMachines;
      if (asked != 0 && !have_all_asked) continue;
    }
    // In most polls nothing, in the others one frame at a time.
    const bool takes_one = storm.now().time_since_epoch() % 40us == 0us;
    if (have_all_asked) storm.port().queue(0).set_transmit_max(takes_one ? 1 : 0);
    for (; !answers.empty(); answers.pop_front())
      storm.port().queue(0).put(std::move(answers.front()));
  }
  const Result result = storm.result();
  EXPECT_EQ(result.booted, kMachines) << describe(result);
  EXPECT_EQ(count_of(result, Count::rrqs_sent), 2 * kMachines);
  EXPECT_EQ(count_of(result, Count::resends), 0u);
  EXPECT_EQ(count_of(result, Count::not_taken), 0u);
  EXPECT_GT(count_of(result, Count::port_full), 0u) << "the device was never full";
}

TEST(CrewTest, MachinesAreSwitchedOnWhileOthersKeepTheDeviceFull) {
  // Goal: where a server has always more to say than the device takes answers, those who are yet to
  // ask have their turns all the same.
  constexpr std::uint32_t kMachines = 1000;
  Scenario scenario = machines_that_fetch(kMachines);
  scenario.groups[0].profiles = {"ipxe"};  // in lock-step: an ACK for each block
  StormRig storm(scenario, {});
  support::Rig server({.yaml = kCrewServerConfig, .images = {{"loader", ByteVector(500'000)}}});
  std::deque<ByteVector> to_server;
  for (; storm.now() < StormRig::kStart + 200ms; storm.advance(10us)) {
    storm.port().queue(0).set_transmit_max(64 - to_server.size());
    storm.crew().poll(storm.now());
    while (auto frame = storm.port().take()) to_server.push_back(*std::move(frame));
    for (std::size_t i = 0; i < 8 && !to_server.empty(); ++i) {
      server.port().queue(0).put(std::move(to_server.front()));
      to_server.pop_front();
    }
    server.poll(storm.now());
    while (auto answer = server.port().take()) storm.port().queue(0).put(*std::move(answer));
  }
  const Result result = storm.result();
  EXPECT_GE(count_of(result, Count::oacks_received), kMachines) << describe(result);
  EXPECT_EQ(count_of(result, Count::not_taken), 0u);
  EXPECT_GT(count_of(result, Count::port_full), 0u) << "the device was never full";
}

TEST(CrewTest, WhatADeviceRefusesForASecondIsDropped) {
  // Goal: a port that is dead keeps nobody from ending, and none of its buffers.
  Scenario scenario;
  scenario.groups[0].machines = 10;
  scenario.groups[0].script.assign(
      1, {.kind = Stage::Kind::dora, .name = {}, .pause = {}, .profile = {}});
  scenario.give_up = 5s;
  StormRig storm(scenario, {});
  storm.port().queue(0).set_transmit_max(0);
  for (; !storm.is_over() && storm.now() < StormRig::kStart + 10s; storm.advance(1ms)) {
    storm.crew().poll(storm.now());
  }
  ASSERT_TRUE(storm.is_over());
  EXPECT_GE(count_of(storm.result(), Count::not_taken), 10u);
  storm.crew().release_frames();
  EXPECT_EQ(storm.port().buffers_in_use(), 0u);
}

}  // namespace
}  // namespace stentor::storm
