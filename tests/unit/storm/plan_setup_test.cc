// SPDX-License-Identifier: BSD-3-Clause
// Goal: a plan says who each machine is, the same from the same scenario, and finds machines by
// MAC; a scenario that cannot be run is refused in a sentence that names what is wrong.
#include "storm/plan_setup.h"

#include <functional>
#include <gtest/gtest.h>
#include <set>

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<const Plan> plan_of(const Scenario& scenario, std::size_t cores = 1) {
  auto plan = make_plan(scenario, {.cores = cores, .port_mac = {{2, 0, 0, 0xaa, 0xbb, 0xcc}}});
  EXPECT_TRUE(plan.has_value()) << plan.error().sentence;
  return *std::move(plan);
}

TEST(PlanTest, MachinesTakeTheElementsOfEachListInTurn) {
  // Goal: MAC, VLAN, relay, profile by number; relays' MACs are the rig's own.
  Scenario scenario;
  scenario.server = wire::Ipv4Address{0x0a140002};
  scenario.groups = {Group{}, Group{}};
  scenario.groups[1].name = "listed";
  scenario.groups[0].machines = 5;
  scenario.groups[0].vlans = {7, 8};
  scenario.groups[0].profiles = {"ipxe", "grub"};
  scenario.groups[1].machines = 3;
  scenario.groups[1].macs = {{{2, 0, 0, 9, 9, 1}}, {{2, 0, 0, 9, 9, 2}}, {{2, 0, 0, 9, 9, 3}}};
  scenario.groups[1].relays = {{wire::Ipv4Address{0x0a150001}, "a"},
                               {wire::Ipv4Address{0x0a150002}, ""}};
  const auto plan = plan_of(scenario, 2);
  EXPECT_EQ(plan->machines(), 8u);
  EXPECT_EQ(plan->machines_of(0) + plan->machines_of(1), 8u);
  EXPECT_EQ(plan->machine(3).vlan, 8);
  EXPECT_EQ(plan->machine(3).profile->name, "grub");
  EXPECT_EQ(plan->machine(4).mac.text().view(), "02:53:54:00:00:04");
  EXPECT_EQ(plan->machine(6).group, 1);
  EXPECT_EQ(plan->machine(6).mac.text().view(), "02:00:00:09:09:02");
  EXPECT_EQ(plan->machine(6).relay, 1);
  EXPECT_EQ(plan->relays()[1].mac.text().view(), "06:aa:bb:cc:00:01");
  for (std::uint32_t number = 0; number < 8; ++number) {
    EXPECT_EQ(plan->find_machine(plan->machine(number).mac.number()), number);
  }
  EXPECT_EQ(plan->find_machine(wire::MacAddress{{2, 0, 0, 9, 9, 4}}.number()), kNoMachine);
  EXPECT_EQ(plan->find_machine(0x025354000005), kNoMachine);
  EXPECT_EQ(plan->find_relay(plan->relays()[1].mac.number()), 1);
  EXPECT_EQ(plan->find_relay(0x06aabbcc0002), kNoRelay);
  EXPECT_EQ(plan->find_relay(wire::Ipv4Address{0x0a150002}, 0), 1);
  EXPECT_EQ(plan->find_relay(wire::Ipv4Address{0x0a150002}, 7), kNoRelay);
}

TEST(PlanTest, AnArchitectureIsNamedInTheVendorClassToo) {
  // Goal: option 93 and option 60 agree (PXE 2.1 section 2.2.3).
  Scenario scenario;
  scenario.groups[0].architecture = 11;
  const auto plan = plan_of(scenario);
  EXPECT_EQ(plan->machine(0).profile->dhcp.architecture, 11);
  EXPECT_EQ(plan->machine(0).profile->dhcp.vendor_class, "PXEClient:Arch:00011:UNDI:003016");
}

TEST(PlanTest, TheLongestCircuitFillsOption82) {
  // Goal: what find_misfits() lets through, a relay can say.
  Scenario scenario;
  scenario.server = wire::Ipv4Address{0x0a140002};
  scenario.groups[0].relays = {{wire::Ipv4Address{0x0a150001}, std::string(60, 'x')}};
  const auto plan = plan_of(scenario);
  EXPECT_EQ(plan->relays()[0].option.length, 64);
}

TEST(PlanTest, AMillionMachinesArePossible) {
  // Goal: and where machines die follows from the seed, in about the share that was asked.
  Scenario scenario;
  scenario.groups[0].machines = kMachinesMax;
  scenario.deaths.probability = 0.25;
  const auto plan = plan_of(scenario, 2);
  const auto again = plan_of(scenario, 1);
  int dead = 0;
  std::set<std::uint8_t> stages;
  for (std::uint32_t number = 0; number < 10'000; ++number) {
    const std::uint8_t stage = plan->machine(number).dies_in;
    EXPECT_EQ(again->machine(number).dies_in, stage);
    dead += stage != kNoStage;
    stages.insert(stage);
  }
  EXPECT_NEAR(dead, 2500, 150);
  EXPECT_EQ(stages, (std::set<std::uint8_t>{0, 1, kNoStage}));
  EXPECT_EQ(plan->find_machine(0x025354000000 + kMachinesMax - 1), kMachinesMax - 1);
}

struct Wrong {
  std::function<void(Scenario&)> make;
  std::string says;
};

TEST(PlanTest, EveryScenarioThatCannotRunIsRefusedByName) {
  // Goal: each limit and each pair that does not go together.
  Scenario big;
  const std::vector<Wrong> wrongs = {
      {[](Scenario& s) { s.groups.clear(); }, "groups: there are 0; 1 to 64"},
      {[](Scenario& s) { s.groups[0].machines = 0; },
       "group machines: machines: it has no machine"},
      {[](Scenario& s) { s.groups[0].machines = kMachinesMax + 1; }, "1000001 machines"},
      {[](Scenario& s) {
         s.groups[0].machines = 2;
         s.groups[0].macs = {{{2, 1, 1, 1, 1, 1}}};
       },
       "group machines: mac: the list has 1 addresses for 2 machines"},
      {[](Scenario& s) {
         s.groups[0].mac_first = {{1, 0, 0, 0, 0, 0}};
       },
       "group address"},
      {[](Scenario& s) {
         s.groups[0].mac_first = {{2, 0xff, 0xff, 0xff, 0xff, 0xff}};
         s.groups[0].machines = 2;
       },
       "run out"},
      {[](Scenario& s) { s.groups.push_back(s.groups[0]); }, "another group has this name"},
      {[](Scenario& s) {
         s.groups.push_back(s.groups[0]);
         s.groups[1].name = "again";
       },
       "group again: mac: two machines would have the address 02:53:54:00:00:00; group machines "
       "has it too"},
      {[](Scenario& s) {
         s.groups[0].machines = 2;
         s.groups[0].macs = {{{2, 1, 1, 1, 1, 1}}, {{2, 1, 1, 1, 1, 1}}};
       },
       "two machines would have the address 02:01:01:01:01:01"},
      {[](Scenario& s) { s.groups[0].vlans = {4095}; },
       "vlans: '4095': VLANs are numbers from 1 to 4094"},
      {[](Scenario& s) { s.groups[0].profiles = {"amiga"}; }, "there is no profile 'amiga'"},
      {[](Scenario& s) { s.groups[0].profiles.clear(); }, "it has no profile"},
      {[](Scenario& s) { s.groups[0].script[1].profile = "amiga"; },
       "stage 2, 'boot-file as amiga': there is no profile 'amiga'"},
      {[](Scenario& s) { s.groups[0].script.clear(); }, "1 to 32 stages"},
      {[](Scenario& s) { s.groups[0].script.erase(s.groups[0].script.begin()); },
       "needs an address: a dora has to come before it"},
      {[](Scenario& s) { s.groups[0].script[1].kind = Stage::Kind::file; },
       "the file's name is missing"},
      {[](Scenario& s) { s.groups[0].script[1].kind = Stage::Kind::pause; },
       "Write a time of up to 7d"},
      {[](Scenario& s) {
         s.groups[0].relays = {{wire::Ipv4Address{0x0a150001}, ""}};
       },
       "server: relays have to know the server's IPv4 address"},
      {[](Scenario& s) {
         s.server = wire::Ipv4Address{0x0a140002};
         s.groups[0].relays = {{wire::Ipv4Address{0}, ""}};
       },
       "relays: '0.0.0.0': a relay is its IPv4 address (giaddr)"},
      {[](Scenario& s) {
         s.server = wire::Ipv4Address{0x0a140002};
         s.groups[0].relays = {{wire::Ipv4Address{0x0a150001}, std::string(61, 'x')}};
       },
       "a circuit identifier has 1 to 60 bytes"},
      {[](Scenario& s) {
         s.server = wire::Ipv4Address{0x0a140002};
         s.groups[0].relays = {{wire::Ipv4Address{0x0a150001}, ""}};
         s.groups[0].mac_first = {{0x06, 0xaa, 0xbb, 0xcc, 0, 0}};
       },
       "group machines: mac: the machines' addresses reach those of the relays, which are 1 from "
       "06:aa:bb:cc:00:00 on"},
      {[](Scenario& s) {
         s.server = wire::Ipv4Address{0x0a140002};
         s.groups[0].relays = {{wire::Ipv4Address{0x0a150001}, ""}};
         s.groups[0].macs = {{{0x06, 0xaa, 0xbb, 0xcc, 0, 0}}};
       },
       "reach those of the relays"},
      {[](Scenario& s) { s.arrival.kind = Arrival::Kind::poisson; }, "poisson needs"},
      {[](Scenario& s) { s.arrival.kind = Arrival::Kind::waves; }, "waves need"},
      {[](Scenario& s) { s.arrival.over = -1s; },
       "arrival: out of range; a ramp, and the time between waves, last 7d at most"},
      {[](Scenario& s) { s.link.loss = 1.5; },
       "link.loss: out of range; expected a probability from 0 to 1"},
      {[](Scenario& s) { s.link.round_trip = 11s; },
       "link.rtt: out of range; expected a round trip of at most 10s"},
      {[](Scenario& s) { s.deaths.probability = -1; },
       "deaths: deaths are a probability from 0 to 1"},
      {[](Scenario& s) { s.give_up = 0s; }, "give-up: out of range; expected a time from 1s to 7d"},
      {[](Scenario& s) {
         s.verify.bytes = Verification::Bytes::sampled;
         s.verify.sample_every = 0;
       },
       "verify.bytes: one block in how many? Write sampled:N with N from 1 to 65535"},
      {[](Scenario& s) { s.verify.bytes = Verification::Bytes::hash; },
       "verify.bytes: which sums? Write hash:FILE, with a SHA256SUMS file"},
      {[](Scenario& s) {
         s.verify.bytes = Verification::Bytes::hash;
         s.verify.sums = "SUMS";
       },
       "without a hasher"},
      {[](Scenario& s) { s.verify.reference = "/nowhere"; }, "the folder /nowhere cannot be read"},
  };
  for (const Wrong& wrong : wrongs) {
    Scenario scenario;
    wrong.make(scenario);
    const auto plan = make_plan(scenario, {.port_mac = {{2, 0, 0, 0xaa, 0xbb, 0xcc}}});
    ASSERT_FALSE(plan.has_value()) << wrong.says;
    EXPECT_NE(plan.error().sentence.find(wrong.says), std::string::npos) << plan.error().sentence;
  }
  EXPECT_FALSE(make_plan(Scenario{}, {.cores = 0}).has_value());
}

}  // namespace
}  // namespace stentor::storm
