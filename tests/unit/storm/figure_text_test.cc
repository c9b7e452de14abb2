// SPDX-License-Identifier: BSD-3-Clause
// Goal: a figure has three digits and the unit that people would name, at each place where rounding
// carries it to the next digit or the next unit too.
#include "storm/figure_text.h"

#include <cmath>
#include <gtest/gtest.h>

namespace stentor::storm {
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
  struct Row {
    double value;
    const char* unit;
    const char* words;
  };
  for (const Row& row : {Row{0, "B", "0 B"},
                         Row{1, "B", "1 B"},
                         Row{950, "B", "950 B"},
                         Row{999, "B", "999 B"},
                         Row{999.4, "B/s", "999 B/s"},
                         Row{999.5, "B/s", "1.00 kB/s"},
                         Row{1000, "B", "1.00 kB"},
                         Row{1.34e9, "B/s", "1.34 GB/s"},
                         Row{512e6, "B/s", "512 MB/s"},
                         Row{33'554'432, "B", "33.6 MB"},
                         Row{9'994, "B", "9.99 kB"},
                         Row{9'996, "B", "10.0 kB"},
                         Row{99'940, "B", "99.9 kB"},
                         Row{99'960, "B", "100 kB"},
                         Row{999'499, "B", "999 kB"},
                         Row{999'500, "B", "1.00 MB"},
                         Row{999'999, "B", "1.00 MB"},
                         Row{0.5, "/s", "0.50 /s"},
                         Row{9.996, "/s", "10.0 /s"},
                         Row{99.96, "/s", "100 /s"},
                         Row{2e18, "B", "2000 PB"},
                         Row{-1, "B", "0 B"},
                         Row{std::nan(""), "B", "0 B"},
                         Row{INFINITY, "B/s", "0 B/s"}}) {
    EXPECT_EQ(si_words(row.value, row.unit), row.words) << row.value;
  }
}

// Goal: durations from nanoseconds to hours, each in the unit that people would name.
TEST(FigureText, DurationsChooseTheirUnit) {
  struct Row {
    base::Duration duration;
    const char* words;
  };
  for (const Row& row : {Row{0ns, "0 s"},
                         Row{-5s, "0 s"},
                         Row{1ns, "1 ns"},
                         Row{85ns, "85 ns"},
                         Row{999ns, "999 ns"},
                         Row{1'000ns, "1.00 µs"},
                         Row{9'994ns, "9.99 µs"},
                         Row{9'996ns, "10.0 µs"},
                         Row{38'900ns, "38.9 µs"},
                         Row{99'949ns, "99.9 µs"},
                         Row{99'951ns, "100 µs"},
                         Row{999'499ns, "999 µs"},
                         Row{999'500ns, "1.00 ms"},
                         Row{12'340us, "12.3 ms"},
                         Row{999'499us, "999 ms"},
                         Row{999'500us, "1.00 s"},
                         Row{999'960us, "1.00 s"},
                         Row{999'999'999ns, "1.00 s"},
                         Row{4'210ms, "4.21 s"},
                         Row{9'994ms, "9.99 s"},
                         Row{9'996ms, "10.0 s"},
                         Row{99'960ms, "100 s"},
                         Row{119s, "119 s"},
                         Row{119'499ms, "119 s"},
                         Row{119'500ms, "2 min 00 s"},
                         Row{125s, "2 min 05 s"},
                         Row{179'600ms, "3 min 00 s"},
                         Row{7'199'499ms, "119 min 59 s"},
                         Row{7'199'500ms, "2 h 00 min"},
                         Row{2h + 3min, "2 h 03 min"},
                         Row{2h + 59min + 29s, "2 h 59 min"},
                         Row{2h + 59min + 30s, "3 h 00 min"}}) {
    EXPECT_EQ(duration_words(row.duration), row.words);
    const auto nanoseconds = std::max<std::int64_t>(row.duration.count(), 0);
    EXPECT_EQ(duration_words(static_cast<std::uint64_t>(nanoseconds)), row.words);
  }
}

// Goal: 100 % and 0 % are said only of all and none.
TEST(FigureText, SharesAreNeverRoundedToAllOrNone) {
  struct Row {
    std::uint64_t part;
    std::uint64_t whole;
    const char* words;
  };
  for (const Row& row :
       {Row{1000, 1000, "100 %"}, Row{999'999, 1'000'000, "> 99.99 %"},
        Row{99'990, 100'000, "99.99 %"}, Row{9'996, 10'000, "99.96 %"},
        Row{9'991, 10'000, "99.91 %"}, Row{999, 1000, "99.9 %"}, Row{992, 1000, "99.2 %"},
        Row{984, 1000, "98.4 %"}, Row{1, 2, "50.0 %"}, Row{996, 100'000, "1.0 %"},
        Row{994, 100'000, "0.99 %"}, Row{1, 10'000, "0.01 %"}, Row{1, 1'000'000, "< 0.01 %"},
        Row{0, 1000, "0 %"}, Row{0, 0, "0 %"}}) {
    EXPECT_EQ(percent_words(row.part, row.whole), row.words);
    if (row.whole == 0) continue;
    EXPECT_EQ(percent_words(static_cast<double>(row.part) / static_cast<double>(row.whole)),
              row.words);
  }
  EXPECT_EQ(percent_words(std::nan("")), "0 %");
}

// Goal: words of a list can begin a row.
TEST(FigureText, SentenceCaseTouchesTheFirstLetterAlone) {
  EXPECT_EQ(sentence_case("frames sent"), "Frames sent");
  EXPECT_EQ(sentence_case("DISCOVER sent"), "DISCOVER sent");
  EXPECT_EQ(sentence_case(""), "");
}

}  // namespace
}  // namespace stentor::storm
