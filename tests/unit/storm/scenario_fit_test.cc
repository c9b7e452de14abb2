// SPDX-License-Identifier: BSD-3-Clause
// Goal: what each value allows and all of them together do not.
#include "storm/scenario_fit.h"

#include <gtest/gtest.h>

#include "storm/short_text.h"

namespace stentor::storm {
namespace {

Scenario with_script(std::string_view script) {
  Scenario scenario;
  scenario.groups[0].script = parse_script(script).value();
  return scenario;
}

// "key: sentence" of the only misfit; empty if all is well.
std::string misfit_of(const Scenario& scenario) {
  const auto misfits = find_misfits(scenario);
  if (misfits.empty()) return {};
  EXPECT_EQ(misfits.size(), 1u) << misfits.back().sentence;
  return misfits.front().key + ": " + misfits.front().sentence;
}

TEST(ScenarioFit, TheDefaultFits) { EXPECT_EQ(misfit_of(Scenario{}), ""); }

TEST(ScenarioFit, AStageThatNeedsAnAddressComesAfterADora) {
  EXPECT_EQ(misfit_of(with_script("pause 1s, dora, release, dora, renew")), "");
  for (const char* script : {"file a", "boot-file, dora", "dora, release, renew",
                             "dora, release, file a", "release", "boot-server", "missing x"}) {
    EXPECT_NE(misfit_of(with_script(script)).find("needs an address"), std::string::npos) << script;
  }
  Scenario empty;
  empty.groups[0].script.clear();
  EXPECT_NE(misfit_of(empty).find("at least one stage"), std::string::npos);
}

TEST(ScenarioFit, MachinesAreCountedOverAllGroups) {
  Scenario scenario;
  scenario.groups.push_back(Group{});
  scenario.groups[0].machines = kMachinesMax;
  scenario.groups[1].name = "more";
  scenario.groups[1].mac_first = {{0x02, 0x99, 0, 0, 0, 0}};
  EXPECT_NE(misfit_of(scenario).find("1000001 machines"), std::string::npos);
}

TEST(ScenarioFit, NamesOfGroupsAreTheirOwn) {
  Scenario scenario;
  scenario.groups.push_back(Group{});
  scenario.groups[1].mac_first = {{0x02, 0x99, 0, 0, 0, 0}};
  EXPECT_NE(misfit_of(scenario).find("another group has this name"), std::string::npos);
}

TEST(ScenarioFit, NoTwoMachinesShareAnAddress) {
  Scenario scenario;
  scenario.groups[0].machines = 3;
  scenario.groups[0].macs = {{{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 2}}, {{2, 0, 0, 0, 0, 1}}};
  EXPECT_NE(misfit_of(scenario).find("address 02:00:00:00:00:01"), std::string::npos);
}

TEST(ScenarioFit, AListHasAnAddressForEachMachine) {
  Scenario scenario;
  scenario.groups[0].machines = 3;
  scenario.groups[0].macs = {{{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 2}}};
  EXPECT_NE(misfit_of(scenario).find("2 addresses for 3 machines"), std::string::npos);
  scenario.groups[0].machines = 1;
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups[0].macs[0] = {{3, 0, 0, 0, 0, 1}};
  EXPECT_NE(misfit_of(scenario).find("no machine's address"), std::string::npos);
}

TEST(ScenarioFit, ARangeOfAddressesStaysUnicast) {
  Scenario scenario;
  scenario.groups[0].machines = 2;
  scenario.groups[0].mac_first = {{0x02, 0xff, 0xff, 0xff, 0xff, 0xff}};
  EXPECT_NE(misfit_of(scenario).find("no 2 unicast addresses"), std::string::npos);
  scenario.groups[0].mac_first = {{0x01, 0, 0, 0, 0, 0}};
  EXPECT_NE(misfit_of(scenario).find("no 2 unicast addresses"), std::string::npos);
}

TEST(ScenarioFit, RelaysKnowTheServerAndAreTheirOwn) {
  Scenario scenario;
  const wire::Ipv4Address relay = *wire::Ipv4Address::parse("10.21.0.1");
  scenario.groups[0].relays = {{relay, ""}};
  EXPECT_NE(misfit_of(scenario).find("server: relays have to know"), std::string::npos);
  scenario.server = *wire::Ipv4Address::parse("10.20.0.2");
  EXPECT_EQ(misfit_of(scenario), "");
  scenario.groups[0].relays.push_back({relay, "again"});
  EXPECT_NE(misfit_of(scenario).find("stands here twice"), std::string::npos);
  scenario.groups[0].relays.pop_back();
  scenario.server = relay;
  EXPECT_NE(misfit_of(scenario).find("the server's own address"), std::string::npos);
}

TEST(ScenarioFit, WhatIsVerifiedCanBe) {
  Scenario scenario;
  scenario.verify.subnet = *wire::Ipv4Prefix::parse("10.20.0.0/16");
  scenario.verify.router = *wire::Ipv4Address::parse("10.21.0.1");
  EXPECT_NE(misfit_of(scenario).find("not in the subnet"), std::string::npos);
  Scenario hashed;
  hashed.verify.bytes = Verification::Bytes::hash;
  hashed.verify.sums = "/srv/SUMS";
  EXPECT_EQ(misfit_of(hashed), "");
  hashed.verify.reference = "/srv";
  EXPECT_NE(misfit_of(hashed).find("the sums alone"), std::string::npos);
}

}  // namespace
}  // namespace stentor::storm
