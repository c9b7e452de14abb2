// SPDX-License-Identifier: BSD-3-Clause
#include "report_json.h"

#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "made_up_storm.h"
#include "storm/scenario_text.h"

namespace stentor::rig {
namespace {

nlohmann::json json_of(const MadeUpStorm& storm) {
  std::ostringstream out;
  write_json(out, storm.input());
  return nlohmann::json::parse(out.str());
}

// Goal: every counter and every failure is there under its name, each name once.
TEST(ReportJson, CountersAndFailuresAreAllThere) {
  MadeUpStorm storm = made_up_storm(100);
  for (std::size_t at = 0; at < storm::kCounts; ++at) storm.result.counts[at] = at + 1;
  for (std::size_t at = 0; at < storm::kFailures; ++at) storm.result.failures[at] = at + 1;
  const nlohmann::json json = json_of(storm);
  ASSERT_EQ(json["counts"].size(), storm::kCounts);
  for (std::size_t at = 0; at < storm::kCounts; ++at) {
    EXPECT_EQ(json["counts"][std::string{name_of(static_cast<storm::Count>(at))}], at + 1);
  }
  ASSERT_EQ(json["failures"].size(), storm::kFailures - 1);
  for (std::size_t at = 1; at < storm::kFailures; ++at) {
    EXPECT_EQ(json["failures"][std::string{name_of(static_cast<storm::Failure>(at))}], at + 1);
  }
}

// Goal: percentiles are those of the histogram, in the unit that the key names.
TEST(ReportJson, LatenciesAreInMilliseconds) {
  MadeUpStorm storm = made_up_storm(100);
  const nlohmann::json boot = json_of(storm)["latency"]["boot"];
  EXPECT_EQ(boot["samples"], storm.result.boot_time.count());
  for (const auto& [key, fraction] : {std::pair{"p50_ms", 0.5},
                                      {"p90_ms", 0.9},
                                      {"p95_ms", 0.95},
                                      {"p99_ms", 0.99},
                                      {"p999_ms", 0.999},
                                      {"max_ms", 1.0}}) {
    EXPECT_DOUBLE_EQ(boot[key].get<double>(),
                     static_cast<double>(storm.result.boot_time.quantile(fraction)) / 1e6)
        << key;
  }
}

// Goal: all failed machines are listed, with where and why, and the slowest twenty in order.
TEST(ReportJson, MachinesAreNamedWithTheirReason) {
  const MadeUpStorm storm = made_up_storm(2000, 0.2);
  const nlohmann::json json = json_of(storm);
  EXPECT_EQ(json["failed_machines"].size(), storm.result.machines - storm.result.booted);
  std::set<std::string> failures;
  for (const auto& machine : json["failed_machines"]) {
    failures.insert(machine["failure"].get<std::string>());
    EXPECT_FALSE(machine["why"].get<std::string>().empty());
    EXPECT_FALSE(machine["stage"].get<std::string>().empty());
    EXPECT_EQ(machine.contains("tftp_error_code"), machine["failure"] == "tftp_error");
  }
  EXPECT_EQ(failures, (std::set<std::string>{"no_offer", "tftp_error", "tftp_silent"}));
  ASSERT_EQ(json["slowest_machines"].size(), 20U);
  EXPECT_DOUBLE_EQ(json["slowest_machines"][0]["boot_time_seconds"].get<double>(),
                   static_cast<double>(storm.result.boot_time.max()) / 1e9);
}

// Goal: what did not happen is null, and an interrupted storm is told from one that ended.
TEST(ReportJson, AStormThatWasCutShortSaysSo) {
  MadeUpStorm storm = made_up_storm(10, 0);
  EXPECT_EQ(json_of(storm)["interrupted"], false);
  storm.result.interrupted = true;
  storm.result.rows[9].booted = false;
  storm.result.rows[9].failure = storm::Failure::never_on;
  const nlohmann::json json = json_of(storm);
  EXPECT_EQ(json["interrupted"], true);
  EXPECT_EQ(json["failed_machines"][0]["failure"], "never_on");
  EXPECT_TRUE(json["failed_machines"][0]["stage"].is_null());
  EXPECT_TRUE(json["failed_machines"][0]["powered_on_seconds"].is_null());
}

// Goal: timeline, groups, goals, environment and scenario say what the result says.
TEST(ReportJson, TheRestOfTheResultIsThere) {
  const MadeUpStorm storm = made_up_storm(200);
  const nlohmann::json json = json_of(storm);
  EXPECT_EQ(json["version"], kJsonVersion);
  EXPECT_EQ(json["summary"]["booted"], storm.result.booted);
  EXPECT_EQ(json["timeline"]["interval_seconds"], 0.1);
  EXPECT_EQ(json["timeline"]["booted"].size(), storm.result.timeline.size());
  EXPECT_EQ(json["timeline"]["data_bytes"][3], storm.result.timeline[3].data_bytes);
  EXPECT_EQ(json["groups"][1]["stages"][2]["name"], "file initrd");
  EXPECT_EQ(json["groups"][1]["stages"][2]["passed"], storm.result.groups[1].stages[2].passed);
  EXPECT_EQ(json["goals"].size(), 3U);
  EXPECT_EQ(json["goals"][0]["held"], storm.verdicts[0].held);
  EXPECT_EQ(json["environment"]["device"], "0000:3b:00.1 (ice)");
  EXPECT_EQ(json["scenario"]["groups"][0]["script"], "dora, boot-file, file initrd");
}

// Goal: the report of a storm is enough to run it again.
TEST(ReportJson, TheScenarioFileIsReadBackAsTheSameStorm) {
  const MadeUpStorm storm = made_up_storm(200);
  const auto text = json_of(storm)["scenario_file"].get<std::string>();
  const auto file = storm::parse_scenario(text, "scenario_file");
  ASSERT_TRUE(file.has_value()) << file.error().front().message << "\n" << text;
  EXPECT_EQ(file->scenario.machines(), storm.scenario.machines());
  EXPECT_EQ(file->scenario.groups[1].script, storm.scenario.groups[1].script);
  EXPECT_EQ(file->scenario.seed, storm.scenario.seed);
}

// Goal: a storm that measured nothing has nulls, not zeros that look measured.
TEST(ReportJson, WhatWasNotMeasuredIsNull) {
  const nlohmann::json json = json_of(made_up_storm(0));
  EXPECT_TRUE(json["latency"]["boot"]["p99_ms"].is_null());
  EXPECT_EQ(json["latency"]["boot"]["samples"], 0);
  EXPECT_TRUE(json["summary"]["all_booted_seconds"].is_null());
  EXPECT_TRUE(json["failed_machines"].empty());
}

// Goal: names that are not UTF-8, or hold quotes and control characters, leave the JSON valid.
TEST(ReportJson, AnyNameIsValidJson) {
  MadeUpStorm storm = made_up_storm(10, 1);
  storm.result.groups[0].name = "\xff\"\\\n\x01";
  storm.environment = "\xc3: \xa9\n";
  const nlohmann::json json = json_of(storm);
  EXPECT_EQ(json["groups"][0]["name"], "\xef\xbf\xbd\"\\\n\x01");
}

}  // namespace
}  // namespace stentor::rig
