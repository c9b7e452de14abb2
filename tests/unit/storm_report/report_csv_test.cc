// SPDX-License-Identifier: BSD-3-Clause
#include "report_csv.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "made_up_storm.h"

namespace stentor::rig {
namespace {

std::string csv_of(const MadeUpStorm& storm) {
  std::ostringstream out;
  write_csv(out, storm.input());
  return out.str();
}

// RFC 4180, section 2, read back by rules of its own: records of fields.
std::vector<std::vector<std::string>> records_of(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_quoted) {
      if (text[at] != '"') {
        fields.back() += text[at];
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        fields.back() += text[++at];
      } else {
        is_quoted = false;
      }
    } else if (text[at] == '"') {
      is_quoted = true;
    } else if (text[at] == ',') {
      fields.emplace_back();
    } else if (text.compare(at, 2, "\r\n") == 0) {
      records.push_back(std::exchange(fields, {std::string()}));
      ++at;
    } else {
      fields.back() += text[at];
    }
  }
  return records;
}

std::size_t column_of(const std::vector<std::vector<std::string>>& records, const char* name) {
  const auto found = std::ranges::find(records.front(), name);
  EXPECT_NE(found, records.front().end()) << name;
  return static_cast<std::size_t>(found - records.front().begin());
}

// Goal: one row a machine, each with a field for every name of the header.
TEST(ReportCsv, EachMachineHasARow) {
  const auto records = records_of(csv_of(made_up_storm(500)));
  ASSERT_EQ(records.size(), 501U);
  for (const auto& record : records) ASSERT_EQ(record.size(), records.front().size());
  EXPECT_EQ(records[7][column_of(records, "number")], "6");
  EXPECT_EQ(records[7][column_of(records, "mac")], "02:53:54:00:00:06");
}

// Goal: of a machine that was never switched on no field says when or where.
TEST(ReportCsv, WhatNeverHappenedIsEmpty) {
  MadeUpStorm storm = made_up_storm(2, 0);
  storm.result.rows[1].booted = false;
  storm.result.rows[1].failure = storm::Failure::never_on;
  const auto records = records_of(csv_of(storm));
  EXPECT_EQ(records[2][column_of(records, "failure")], "never_on");
  EXPECT_EQ(records[2][column_of(records, "stage")], "");
  EXPECT_EQ(records[2][column_of(records, "powered_on_seconds")], "");
  EXPECT_NE(records[1][column_of(records, "powered_on_seconds")], "");
}

// Goal: separators, quotes and line ends in a name do not break a row.
TEST(ReportCsv, NamesAreQuotedWhereTheyMustBe) {
  MadeUpStorm storm = made_up_storm(10, 0);
  storm.result.groups[0].name = "a \"b\", c\r\nd";
  const auto records = records_of(csv_of(storm));
  ASSERT_EQ(records.size(), 11U);
  EXPECT_EQ(records[1][column_of(records, "group")], "a \"b\", c\r\nd");
}

// Goal: times are exact to the nanosecond, and what never happened is empty, not 0.
TEST(ReportCsv, FieldsOfFailedMachinesAreEmptyOrExact) {
  MadeUpStorm storm = made_up_storm(2, 0);
  storm::MachineRow& failed = storm.result.rows[0];
  failed = {};
  failed.failure = storm::Failure::tftp_error;
  failed.error_code = 2;
  failed.stage = 1;
  failed.powered_on = base::Duration{1'000'000'001};
  const auto records = records_of(csv_of(storm));
  EXPECT_EQ(records[1][column_of(records, "booted")], "no");
  EXPECT_EQ(records[1][column_of(records, "failure")], "tftp_error");
  EXPECT_EQ(records[1][column_of(records, "stage")], "boot file");
  EXPECT_EQ(records[1][column_of(records, "tftp_error_code")], "2");
  EXPECT_EQ(records[1][column_of(records, "powered_on_seconds")], "1.000000001");
  EXPECT_EQ(records[1][column_of(records, "boot_time_seconds")], "");
  EXPECT_EQ(records[1][column_of(records, "address")], "");
  EXPECT_EQ(records[1][column_of(records, "longest_stage")], "");
  EXPECT_EQ(records[2][column_of(records, "booted")], "yes");
  EXPECT_EQ(records[2][column_of(records, "failure")], "");
  EXPECT_EQ(records[2][column_of(records, "longest_stage")], "file initrd");
}

// Goal: a storm of nobody is a header.
TEST(ReportCsv, NoMachinesLeaveTheHeader) {
  EXPECT_EQ(records_of(csv_of(made_up_storm(0))).size(), 1U);
}

}  // namespace
}  // namespace stentor::rig
