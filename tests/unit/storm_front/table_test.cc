// SPDX-License-Identifier: BSD-3-Clause
// Goal: the table says what happened, why machines failed, and which goals held.
#include "table.h"

#include <gtest/gtest.h>

#include "storm_report/made_up_storm.h"

namespace stentor::rig {
namespace {

TEST(Table, NamesStagesFailuresSlowestMachinesAndGoals) {
  const MadeUpStorm storm = made_up_storm(1000, 0.05);
  const std::string text = result_table(storm.input());
  for (const storm::GroupResult& group : storm.result.groups) {
    for (const storm::StageResult& stage : group.stages) {
      EXPECT_NE(text.find(stage.name), std::string::npos) << stage.name;
    }
  }
  for (std::size_t at = 1; at < storm::kFailures; ++at) {
    if (storm.result.failures[at] == 0) continue;
    const auto words = storm::words_of(static_cast<storm::Failure>(at));
    EXPECT_NE(text.find(words), std::string::npos) << words;
  }
  for (const storm::GoalVerdict& verdict : storm.verdicts) {
    const std::string line =
        (verdict.held ? "  held " : "  NOT HELD ") + verdict.goal + ": " + verdict.measured;
    EXPECT_NE((" " + text).find(line), std::string::npos) << line;
  }
  EXPECT_NE(text.find("slowest machines"), std::string::npos);
  EXPECT_NE(text.find("1,000 machines booted"), std::string::npos);
}

TEST(Table, SaysThatThereWasNoGoal) {
  MadeUpStorm storm = made_up_storm(10, 0);
  storm.verdicts.clear();
  const std::string text = result_table(storm.input());
  EXPECT_NE(text.find("No goal was stated (--expect)"), std::string::npos);
  EXPECT_EQ(text.find("why machines failed"), std::string::npos);
}

TEST(Table, SaysThatTheStormWasInterrupted) {
  MadeUpStorm storm = made_up_storm(10, 0);
  EXPECT_EQ(result_table(storm.input()).find("interrupted"), std::string::npos);
  storm.result.interrupted = true;
  EXPECT_TRUE(result_table(storm.input()).starts_with("interrupted; what follows is what was"));
}

TEST(Table, SaysInNoStageWhoWasNeverSwitchedOn) {
  MadeUpStorm storm = made_up_storm(10, 0);
  storm.result.rows[9].booted = false;
  storm.result.rows[9].failure = storm::Failure::never_on;
  EXPECT_NE(result_table(storm.input()).find("  1: it was never switched on"), std::string::npos);
}

TEST(Table, HasAResultWithNothingInIt) {
  const storm::Scenario scenario;
  const storm::Result result;
  const std::string text =
      result_table({.scenario = scenario, .result = result, .verdicts = {}, .environment = ""});
  EXPECT_NE(text.find("0 of 0 machines booted"), std::string::npos);
  EXPECT_NE(text.find("answered by nobody"), std::string::npos);
}

}  // namespace
}  // namespace stentor::rig
