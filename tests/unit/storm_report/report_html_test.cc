// SPDX-License-Identifier: BSD-3-Clause
#include "report_html.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

#include "made_up_storm.h"

namespace stentor::rig {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string html_of(const MadeUpStorm& storm) {
  std::ostringstream out;
  write_html(out, storm.input());
  return out.str();
}

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// Goal: the verdict stands first: how many booted, and each goal with what was measured.
TEST(ReportHtml, TheVerdictComesFirst) {
  const std::string all = html_of(made_up_storm(1000, 0));
  EXPECT_THAT(all, HasSubstr("<h1>All 1,000 machines booted</h1>"));
  EXPECT_THAT(all, HasSubstr("Every machine booted."));
  const MadeUpStorm storm = made_up_storm(1000, 0.1);
  const std::string some = html_of(storm);
  EXPECT_THAT(some, HasSubstr("<h1>" + std::to_string(storm.result.booted) + " of 1,000 machines"));
  EXPECT_THAT(some, HasSubstr("<code>booted=100%</code> missed: "));
  EXPECT_THAT(some, HasSubstr("<code>p99&lt;20s</code> held: "));
  EXPECT_LT(some.find("<h1>"), some.find("class=\"tiles\""));
}

// Goal: a storm in which nobody booted, or nobody was there, has a page of its own right.
TEST(ReportHtml, NothingBootedIsAReportToo) {
  const std::string none = html_of(made_up_storm(40, 1));
  EXPECT_THAT(none, HasSubstr("None of 40 machines booted"));
  EXPECT_THAT(none, HasSubstr("No machine booted."));
  EXPECT_THAT(none, Not(HasSubstr("nan")));
  const std::string empty = html_of(made_up_storm(0));
  EXPECT_THAT(empty, HasSubstr("No machine was switched on"));
  EXPECT_THAT(empty, Not(HasSubstr("nan")));
}

// Goal: nobody takes the page of a storm that was interrupted for that of one that ended.
TEST(ReportHtml, AnInterruptedStormSaysSoFirst) {
  MadeUpStorm storm = made_up_storm(10, 0);
  EXPECT_THAT(html_of(storm), Not(HasSubstr("interrupted;")));
  storm.result.interrupted = true;
  storm.result.rows[9].booted = false;
  storm.result.rows[9].failure = storm::Failure::never_on;
  storm.result.booted = 9;
  storm.result.server_words.clear();
  const std::string page = html_of(storm);
  EXPECT_THAT(page, HasSubstr("machines booted, interrupted - stentor-storm</title>"));
  EXPECT_THAT(page, HasSubstr("<p class=\"lead\">The storm was interrupted; this is what was"));
  EXPECT_THAT(page, HasSubstr("it was never switched on: the storm ended before. All 3"));
  EXPECT_THAT(page, HasSubstr("nobody"));
}

// Goal: no name that a file or a server gave can be more than text.
TEST(ReportHtml, NamesFromFilesAreText) {
  const std::string evil = "</td><script>alert(1)</script>\"'";
  MadeUpStorm storm = made_up_storm(20, 0.5);
  storm.result.groups[0].name = evil;
  storm.result.groups[0].stages[2].name = "file " + evil;
  storm.scenario.groups[0].name = evil;
  storm.scenario.groups[0].script[2].name = evil;
  storm.scenario.groups[0].profiles = {evil};
  storm.scenario.verify.reference = evil;
  storm.result.server_words = evil;
  storm.environment = "command: " + evil + "\nbegan: " + evil + "\n" + evil + ": x\n";
  for (storm::GoalVerdict& verdict : storm.verdicts) {
    verdict.goal = evil;
    verdict.measured = evil;
  }
  const std::string text = html_of(storm);
  EXPECT_EQ(occurrences(text, "<script>"), 1U);  // the page's own
  EXPECT_EQ(occurrences(text, "</script>"), 1U);
  EXPECT_GE(occurrences(text, "&lt;script&gt;alert(1)&lt;/script&gt;"), 10U);
}

// Goal: the page loads nothing.
TEST(ReportHtml, ThePageIsSelfContained) {
  const std::string text = html_of(made_up_storm(100));
  for (const char* loader : {"src=", "href=", "url(", "@import", "fetch(", "import("}) {
    EXPECT_THAT(text, Not(HasSubstr(loader)));
  }
  EXPECT_THAT(text, HasSubstr("default-src 'none'"));
}

// Goal: a million machines make a page of the size that a thousand make, in seconds.
TEST(ReportHtml, SizeAndTimeAreBounded) {
  MadeUpStorm storm = made_up_storm(1000, 0.3);
  storm.result.rows.resize(1'000'000, storm.result.rows.front());
  storm.result.machines = storm.result.rows.size();
  storm.result.timeline.resize(100'000);
  const auto begin = std::chrono::steady_clock::now();
  const std::string text = html_of(storm);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{10});
  EXPECT_LT(text.size(), 400'000U);
  EXPECT_THAT(text, HasSubstr("more; all are in the JSON and CSV reports."));
}

}  // namespace
}  // namespace stentor::rig
