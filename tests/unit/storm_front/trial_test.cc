// SPDX-License-Identifier: BSD-3-Clause
// Goal: a trial has as many fresh machines as its rate asks for, and who comes late counts as lost.
#include "trial.h"

#include <gtest/gtest.h>

#include "storm/scenario_fit.h"
#include "storm/short_text.h"

namespace stentor::rig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using What = SearchRequest::What;

std::string script_of(const storm::Scenario& scenario) {
  std::string text;
  for (const storm::Stage& stage : scenario.groups.front().script) {
    text += (text.empty() ? "" : ", ") + storm::text_of_stage(stage);
  }
  return text;
}

storm::MachineRow row(bool booted, base::Duration boot_time, base::Duration powered_on) {
  storm::MachineRow row;
  row.booted = booted;
  row.boot_time = boot_time;
  row.powered_on = powered_on;
  return row;
}

TEST(Trial, MachinesGiveTheirAddressBack) {
  storm::Scenario scenario;
  EXPECT_EQ(script_of(single_machine(scenario, What::dora)), "dora, release");
  EXPECT_EQ(script_of(single_machine(scenario, What::boot)), "dora, boot-file, release");
  scenario.groups.front().script = storm::parse_script("dora, file a, release").value();
  EXPECT_EQ(script_of(single_machine(scenario, What::boot)), "dora, file a, release");
}

TEST(Trial, OneMachineIsTheScenariosButForItsCourse) {
  storm::Scenario scenario;
  scenario.groups.front().machines = 500;
  scenario.groups.front().profiles = {"ipxe"};
  scenario.arrival = {.kind = storm::Arrival::Kind::ramp, .over = seconds{5}};
  scenario.deaths.probability = 0.5;
  scenario.again_after = seconds{5};
  const storm::Scenario single = single_machine(scenario, What::boot);
  EXPECT_EQ(single.machines(), 1u);
  EXPECT_EQ(single.groups.front().profiles, scenario.groups.front().profiles);
  EXPECT_EQ(single.arrival.kind, storm::Arrival::Kind::at_once);
  EXPECT_EQ(single.deaths.probability, 0);
  EXPECT_FALSE(single.again_after);
}

TEST(Trial, HasMachinesOfItsOwnForTheWholeTime) {
  const storm::Scenario single = single_machine(storm::Scenario{}, What::dora);
  const storm::Scenario trial = trial_scenario(single, 1000, seconds{2}, 0x1ff, seconds{1});
  EXPECT_EQ(trial.machines(), 2000u);
  EXPECT_EQ(trial.groups.front().mac_first.text().view(), "02:53:54:00:01:ff");
  EXPECT_EQ(trial.arrival.kind, storm::Arrival::Kind::ramp);
  EXPECT_EQ(trial.arrival.over, seconds{2});
  EXPECT_GT(trial.give_up, seconds{3}) << "the last machine has its second too";
  EXPECT_NE(trial.seed, single.seed);
  EXPECT_TRUE(storm::find_misfits(trial).empty());
}

TEST(Trial, IsShorterWhereAMillionMachinesDoNotLast) {
  const storm::Scenario single = single_machine(storm::Scenario{}, What::dora);
  const storm::Scenario trial = trial_scenario(single, 2e6, seconds{5}, 0, seconds{1});
  EXPECT_EQ(trial.machines(), storm::kMachinesMax);
  EXPECT_EQ(trial.arrival.over, milliseconds{500});
  EXPECT_EQ(trial_scenario(single, 0.5, seconds{1}, 0, seconds{1}).machines(), 1u);
}

TEST(Trial, LeavesOutWhatASearchForAddressesDoesNotDo) {
  // Goal: a scenario that fetches files can be searched for DORA, and what is left of it fits.
  storm::Scenario scenario;
  scenario.groups.front().blksize = 1468;
  scenario.groups.front().windowsize = 16;
  scenario.give_up = seconds{1};
  scenario.verify.bytes = storm::Verification::Bytes::hash;
  scenario.verify.sums = "SHA256SUMS";
  const storm::Scenario single = single_machine(scenario, What::dora);
  EXPECT_TRUE(storm::find_misfits(single).empty());
  EXPECT_EQ(single.give_up, storm::Scenario{}.give_up) << "the first machine has all of its time";
}

TEST(Trial, HasNoMoreMachinesThanAddresses) {
  // Goal: without DHCP, the network is the limit; machine i has the same address and MAC each time.
  storm::Scenario scenario;
  scenario.server = wire::Ipv4Address::parse("10.20.0.2");
  scenario.groups.front().addresses = wire::Ipv4Prefix::parse("10.20.0.5/24");
  scenario.groups.front().script = storm::parse_script("file a").value();
  const storm::Scenario single = single_machine(scenario, What::boot);
  const storm::Scenario trial = trial_scenario(single, 1000, seconds{2}, 77, seconds{1});
  EXPECT_EQ(trial.machines(), 250u);
  EXPECT_EQ(trial.arrival.over, milliseconds{250});
  EXPECT_EQ(trial.groups.front().mac_first, single.groups.front().mac_first);
  EXPECT_TRUE(storm::find_misfits(trial).empty());
  scenario.server = wire::Ipv4Address::parse("10.20.0.25");
  const storm::Scenario below =
      trial_scenario(single_machine(scenario, What::boot), 1000, seconds{2}, 77, seconds{1});
  EXPECT_EQ(below.machines(), 20u);
  EXPECT_TRUE(storm::find_misfits(below).empty());
}

TEST(Trial, CountsWhoFailedAndWhoCameLate) {
  storm::Result result;
  result.rows = {row(true, milliseconds{1}, seconds{0}), row(true, seconds{1}, seconds{1}),
                 row(true, milliseconds{1001}, seconds{2}), row(false, {}, seconds{3})};
  const TrialOutcome outcome = outcome_of(result, seconds{1});
  EXPECT_EQ(outcome.machines, 4u);
  EXPECT_EQ(outcome.lost, 2u);
  EXPECT_EQ(outcome.loss(), 0.5);
  EXPECT_EQ(outcome.offered, 1.0) << "four machines, three intervals of a second";
  EXPECT_EQ(outcome_of(storm::Result{}, seconds{1}).loss(), 1.0);
}

TEST(Trial, SaysWhatItWasThatHeldMachinesUp) {
  // Goal: only a rig that has no time is the rig's limit; a port that is full is the server's.
  const auto searched = [](const TrialOutcome& outcome) {
    RateSearch search;
    note_trial(search, 1000, outcome, 0.001);
    return search;
  };
  const RateSearch held = searched({.machines = 1000, .offered = 990});
  EXPECT_EQ(held.highest(), 1000);
  EXPECT_EQ(*held.next(), 2000);

  const RateSearch lost = searched({.machines = 1000, .lost = 10, .offered = 990});
  EXPECT_EQ(lost.highest(), 0);
  EXPECT_FALSE(lost.is_rigs_limit());

  const RateSearch full = searched({.machines = 1000, .offered = 600, .port_was_full = true});
  EXPECT_EQ(full.highest(), 600);
  EXPECT_FALSE(full.is_rigs_limit());
  EXPECT_TRUE(full.next()) << "between 600 and 1000";

  const RateSearch slow = searched({.machines = 1000, .offered = 600});
  EXPECT_EQ(slow.highest(), 600);
  EXPECT_TRUE(slow.is_rigs_limit());

  const RateSearch neither = searched({.machines = 1000, .lost = 10, .offered = 600});
  EXPECT_EQ(neither.highest(), 0);
  EXPECT_TRUE(neither.next()) << "a lower rate may hold";
}

}  // namespace
}  // namespace stentor::rig
