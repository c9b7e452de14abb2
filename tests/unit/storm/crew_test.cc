// SPDX-License-Identifier: BSD-3-Clause
// Goal: a storm over a device whose rings are full goes on: neither side waits for the other.
#include <algorithm>
#include <deque>

#include "storm_rig.h"

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

constexpr const char* kServerConfig = R"(
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
  support::Rig server_{{.yaml = kServerConfig, .images = {{"loader", ByteVector(1)}}}};
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
