// SPDX-License-Identifier: BSD-3-Clause
// Goal: progress fits into its terminal whatever the storm, and says what is going on.
#include "progress.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace stentor::rig {
namespace {

using std::chrono::seconds;

Progress sample(std::size_t stages) {
  Progress progress;
  progress.elapsed = seconds{3};
  progress.machines = 1000;
  progress.powered_on = 900;
  progress.booted = 500;
  progress.failed = 7;
  progress.leases = 3000;
  progress.data_frames = 60'000;
  progress.data_bytes = 90'000'000;
  progress.resends = 12;
  for (std::size_t at = 0; at < stages; ++at) {
    progress.stages.push_back({.name = "file a-name-that-is-quite-long/" + std::to_string(at),
                               .machines = 1000,
                               .begun = 900,
                               .passed = 500,
                               .failed = 100,
                               .p50 = 12'345'678,
                               .p99 = 987'654'321});
  }
  return progress;
}

TEST(Progress, FitsIntoEveryTerminal) {
  for (const std::size_t columns : {10u, 40u, 80u, 200u}) {
    for (const std::size_t rows : {2u, 3u, 10u, 50u}) {
      for (const std::size_t stages : {0u, 1u, 5u, 100u}) {
        const auto lines = progress_lines(sample(stages), {}, columns, rows);
        EXPECT_LE(lines.size(), rows);
        for (const std::string& line : lines) EXPECT_LE(line.size(), columns) << line;
      }
    }
  }
}

TEST(Progress, ABarShowsPassedFailedUnderWayAndToCome) {
  const auto lines = progress_lines(sample(1), {}, 80, 10);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "3.0 s: 500 of 1000 booted, 7 failed, 900 switched on");
  // Of sixteen columns: a half, a tenth, nine tenths.
  EXPECT_NE(lines[1].find("########x-----.."), std::string::npos) << lines[1];
  EXPECT_NE(lines[1].find("failed 100"), std::string::npos) << lines[1];
}

TEST(Progress, SaysHowManyStagesHaveNoRoom) {
  const auto lines = progress_lines(sample(100), {}, 80, 10);
  ASSERT_EQ(lines.size(), 10u);
  EXPECT_EQ(lines[8], "and 93 more stages");
}

TEST(Progress, RatesAreOfTheTimeSinceTheLastLook) {
  Progress before = sample(0);
  before.elapsed = seconds{1};
  before.leases = 1000;
  before.data_frames = 20'000;
  before.data_bytes = 30'000'000;
  EXPECT_EQ(progress_line(sample(0), before),
            "3.0 s: 500 of 1000 booted, 7 failed, 900 switched on; 1000 leases/s, 20000 DATA/s, "
            "30.0 MB/s, 12 resends");
}

TEST(Progress, AStageThatIsAsLargeAsAStormCanBeFillsItsBar) {
  Progress progress = sample(1);
  progress.stages[0] = {.name = "dora",
                        .machines = 1'000'000,
                        .begun = 1'000'000,
                        .passed = 1'000'000,
                        .failed = 0,
                        .p50 = 1,
                        .p99 = 1};
  const auto lines = progress_lines(progress, {}, 80, 10);
  EXPECT_NE(lines[1].find("########"), std::string::npos);
  EXPECT_EQ(lines[1].find('.'), std::string::npos) << "nothing is left to come: " << lines[1];
}

TEST(Progress, ALineIsCutBetweenCharacters) {
  // Goal: "µs" counts two columns, and a terminal never gets half of it.
  Progress progress = sample(1);
  progress.stages[0].name = "file größe";
  progress.stages[0].p50 = 38'900;
  progress.stages[0].p99 = 99'000;
  const auto is_tail = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  const std::string whole = progress_lines(progress, {}, 200, 10)[1];
  ASSERT_NE(whole.find("p50 38.9 µs  p99 99.0 µs"), std::string::npos) << whole;
  for (std::size_t columns = 1; columns < 100; ++columns) {
    const std::string line = progress_lines(progress, {}, columns, 10)[1];
    const auto tails = static_cast<std::size_t>(std::count_if(line.begin(), line.end(), is_tail));
    EXPECT_LE(line.size() - tails, columns);
    EXPECT_TRUE(line.empty() || static_cast<unsigned char>(line.back()) < 0xc0)
        << columns << ": half a character at the end of " << line;
  }
  const std::string line = progress_lines(progress, {}, 60, 10)[1];
  const auto tails = std::count_if(line.begin(), line.end(), is_tail);
  EXPECT_EQ(line.size() - static_cast<std::size_t>(tails), 60u) << "as many as there is room for";
}

TEST(Progress, WithoutATerminalItIsALineWithoutEscapeCodes) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  ProgressPrinter printer(file);
  EXPECT_EQ(printer.period(), seconds{1});
  printer.show(sample(3));
  printer.show(sample(3));
  printer.show(sample(3), true);  // has been said
  std::rewind(file);
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace stentor::rig
