// SPDX-License-Identifier: BSD-3-Clause
#include "figure_text.h"

#include <gtest/gtest.h>

namespace stentor::rig {
namespace {

using namespace std::chrono_literals;

// Goal: large counts can be read at a glance.
TEST(FigureText, CountsAreGroupedByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

// Goal: three significant digits, and rounding that moves on to the next unit by itself.
TEST(FigureText, QuantitiesHaveThreeDigits) {
  EXPECT_EQ(si_words(0, "B"), "0 B");
  EXPECT_EQ(si_words(950, "B"), "950 B");
  EXPECT_EQ(si_words(1.34e9, "B/s"), "1.34 GB/s");
  EXPECT_EQ(si_words(999'999, "B"), "1.00 MB");
  EXPECT_EQ(si_words(0.5, "/s"), "0.50 /s");
}

// Goal: durations from nanoseconds to hours, each in the unit that people would name.
TEST(FigureText, DurationsChooseTheirUnit) {
  EXPECT_EQ(duration_words(0ns), "0 s");
  EXPECT_EQ(duration_words(-5s), "0 s");
  EXPECT_EQ(duration_words(85ns), "85 ns");
  EXPECT_EQ(duration_words(38'900ns), "38.9 µs");
  EXPECT_EQ(duration_words(999'999'999ns), "1.00 s");
  EXPECT_EQ(duration_words(9'996ms), "10.0 s");
  EXPECT_EQ(duration_words(119s), "119 s");
  EXPECT_EQ(duration_words(125s), "2 min 05 s");
  EXPECT_EQ(duration_words(2h + 3min), "2 h 03 min");
}

// Goal: 100 % and 0 % are said only of all and none.
TEST(FigureText, SharesAreNeverRoundedToAllOrNone) {
  EXPECT_EQ(percent_words(1000, 1000), "100 %");
  EXPECT_EQ(percent_words(999'999, 1'000'000), "> 99.99 %");
  EXPECT_EQ(percent_words(984, 1000), "98.4 %");
  EXPECT_EQ(percent_words(1, 1'000'000), "< 0.01 %");
  EXPECT_EQ(percent_words(0, 1000), "0 %");
  EXPECT_EQ(percent_words(0, 0), "0 %");
}

// Goal: words of a list can begin a row.
TEST(FigureText, SentenceCaseTouchesTheFirstLetterAlone) {
  EXPECT_EQ(sentence_case("frames sent"), "Frames sent");
  EXPECT_EQ(sentence_case("DISCOVER sent"), "DISCOVER sent");
  EXPECT_EQ(sentence_case(""), "");
}

}  // namespace
}  // namespace stentor::rig
