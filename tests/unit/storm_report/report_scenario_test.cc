// SPDX-License-Identifier: BSD-3-Clause
#include "report_scenario.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "made_up_storm.h"

namespace stentor::rig {
namespace {

std::string value_of(const std::vector<Line>& lines, std::string_view name) {
  const auto line = std::ranges::find(lines, name, &Line::name);
  return line == lines.end() ? "absent" : line->value;
}

// Goal: what the link does is told; what it does not do takes no line.
TEST(ReportScenario, OnlyWhatHappensIsTold) {
  const std::vector<Line> lines = scenario_lines(made_up_storm(80).scenario);
  EXPECT_EQ(value_of(lines, "arrival"), "waves 10 every 500ms");
  EXPECT_EQ(value_of(lines, "link rate"), "1Gbps");
  EXPECT_EQ(value_of(lines, "loss"), "0.1%");
  EXPECT_EQ(value_of(lines, "duplication"), "absent");
  EXPECT_EQ(value_of(lines, "deaths"), "absent");
  EXPECT_EQ(value_of(lines, "again"), "absent");
  EXPECT_EQ(value_of(scenario_lines({}), "link rate"), "absent");
}

// Goal: what is verified of ACKs is told with the values that were asked for.
TEST(ReportScenario, VerificationIsTold) {
  storm::Scenario scenario;
  scenario.verify.subnet = wire::Ipv4Prefix::parse("10.20.0.0/16");
  scenario.verify.router = wire::Ipv4Address::parse("10.20.0.1");
  scenario.verify.lease_min = std::chrono::minutes{30};
  scenario.deaths.probability = 0.01;
  scenario.again_after = std::chrono::seconds{5};
  const std::vector<Line> lines = scenario_lines(scenario);
  EXPECT_EQ(value_of(lines, "verify subnet"), "10.20.0.0/16");
  EXPECT_EQ(value_of(lines, "verify router"), "10.20.0.1");
  EXPECT_EQ(value_of(lines, "verify lease"), "30m");
  EXPECT_EQ(value_of(lines, "deaths"), "1%");
  EXPECT_EQ(value_of(lines, "again"), "5s");
}

// Goal: a group's script is told whole, a list of a million addresses by its first.
TEST(ReportScenario, LongListsAreCut) {
  storm::Group group;
  group.script.assign(storm::kStagesMax, storm::Stage{});
  group.macs.assign(1'000'000, wire::MacAddress{});
  group.architecture = 7;
  const std::vector<Line> lines = group_lines(group);
  EXPECT_EQ(value_of(lines, "script").find("more"), std::string::npos);
  EXPECT_LT(value_of(lines, "mac").size(), 1000U);
  EXPECT_NE(value_of(lines, "mac").find(" and 999,968 more"), std::string::npos);
  EXPECT_EQ(value_of(lines, "architecture"), "7");
}

}  // namespace
}  // namespace stentor::rig
