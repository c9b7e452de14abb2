// SPDX-License-Identifier: BSD-3-Clause
#include "report_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "made_up_storm.h"

namespace stentor::rig {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Pair;

// Goal: goodput is of files that were finished, the best interval's rate of all that came.
TEST(ReportFigures, GoodputIsOfWholeFiles) {
  storm::Result result;
  EXPECT_EQ(goodput(result), 0);
  EXPECT_EQ(peak_rate(result), 0);
  result.elapsed = 10s;
  result.interval = 100ms;
  result.counts[static_cast<std::size_t>(storm::Count::data_bytes)] = 9000;
  result.counts[static_cast<std::size_t>(storm::Count::file_bytes)] = 5000;
  result.timeline.resize(3);
  result.timeline[1].data_bytes = 300;
  EXPECT_EQ(goodput(result), 500);
  EXPECT_DOUBLE_EQ(peak_rate(result), 3000);
}

// Goal: "all booted" is said of all machines or not at all.
TEST(ReportFigures, TheTimeToAllBootedNeedsAllOfThem) {
  EXPECT_EQ(time_to_all_booted(storm::Result{}), std::nullopt);
  MadeUpStorm storm = made_up_storm(10, 0);
  EXPECT_EQ(time_to_all_booted(storm.result), storm.result.elapsed);
  --storm.result.booted;
  EXPECT_EQ(time_to_all_booted(storm.result), std::nullopt);
}

// Goal: slowest first, by number where they are equal, and none that failed.
TEST(ReportFigures, TheSlowestComeFirst) {
  storm::Result result;
  for (const int seconds : {3, 9, 9, 1}) {
    storm::MachineRow row;
    row.number = static_cast<std::uint32_t>(result.rows.size());
    row.booted = seconds != 3;
    row.boot_time = std::chrono::seconds{seconds};
    result.rows.push_back(row);
  }
  const auto slowest = slowest_machines(result, 2);
  ASSERT_EQ(slowest.size(), 2U);
  EXPECT_EQ(slowest[0]->number, 1U);
  EXPECT_EQ(slowest[1]->number, 2U);
  EXPECT_EQ(slowest_machines(result, 20).size(), 3U);
}

// Goal: the reason is the machine's own, with the code that the server sent.
TEST(ReportFigures, ReasonsNameWhatHappened) {
  storm::MachineRow row;
  row.failure = storm::Failure::tftp_error;
  row.error_code = 2;
  EXPECT_EQ(why_failed(row), "the TFTP server sent an ERROR: 2, access violation");
  row.error_code = 77;
  EXPECT_EQ(why_failed(row), "the TFTP server sent an ERROR: 77");
  row.failure = storm::Failure::no_offer;
  EXPECT_EQ(why_failed(row), "no OFFER came");
}

// Goal: why a machine was slow: where its time went, and what was lost on the way.
TEST(ReportFigures, SlownessIsExplainedByStageAndLoss) {
  const MadeUpStorm storm = made_up_storm(10, 0);
  storm::MachineRow row;
  EXPECT_EQ(why_slow(storm.result, row), "nothing was lost");
  row.longest_stage = 2;
  row.longest_time = 3200ms;
  EXPECT_EQ(why_slow(storm.result, row), "3.20 s in file initrd; nothing was lost");
  row.resends = 1;
  row.duplicates = 30;
  EXPECT_EQ(why_slow(storm.result, row), "3.20 s in file initrd; 1 resend; 30 blocks came twice");
}

// Goal: failures are told apart by reason and stage, the most frequent first.
TEST(ReportFigures, FailuresAreGroupedByReasonAndStage) {
  MadeUpStorm storm = made_up_storm(10, 0);
  const auto fail = [&](std::size_t at, storm::Failure failure, std::uint8_t stage) {
    storm.result.rows[at].failure = failure;
    storm.result.rows[at].stage = stage;
  };
  fail(1, storm::Failure::no_offer, 0);
  fail(2, storm::Failure::tftp_silent, 1);
  fail(3, storm::Failure::tftp_silent, 2);
  fail(4, storm::Failure::tftp_silent, 2);
  const auto sites = failure_sites(storm.result);
  ASSERT_EQ(sites.size(), 3U);
  EXPECT_EQ(sites[0].machines, 2U);
  EXPECT_EQ(sites[0].stage, "file initrd");
  EXPECT_EQ(sites[0].first->number, 3U);
}

// Goal: a stage or a group that does not exist is nothing to crash over.
TEST(ReportFigures, UnknownStagesHaveAName) {
  const MadeUpStorm storm = made_up_storm(10, 0);
  storm::MachineRow row;
  EXPECT_EQ(stage_name(storm.result, row, 2), "file initrd");
  EXPECT_EQ(stage_name(storm.result, row, 3), "all");
  row.group = 99;
  EXPECT_EQ(stage_name(storm.result, row, 0), "");
}

// Goal: environment lines are split at the first colon alone.
TEST(ReportFigures, EnvironmentLinesAreNamesAndValues) {
  EXPECT_THAT(lines_of("device: 0000:3b:00.1\n\nnote\nc: a: b"),
              ElementsAre(Pair("device", "0000:3b:00.1"), Pair("note", ""), Pair("c", "a: b")));
  EXPECT_TRUE(lines_of("").empty());
}

}  // namespace
}  // namespace stentor::rig
