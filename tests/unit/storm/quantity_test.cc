// SPDX-License-Identifier: BSD-3-Clause
// Goal: numbers with units are read exactly, and what is written is read back as the same.
#include "storm/quantity.h"

#include <gtest/gtest.h>

namespace stentor::storm {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Quantity, ReadsTimesWithDecimalsAndUnits) {
  EXPECT_EQ(parse_time("200us"), microseconds{200});
  EXPECT_EQ(parse_time("1.5s"), milliseconds{1500});
  EXPECT_EQ(parse_time("2m"), seconds{120});
  EXPECT_EQ(parse_time("0"), base::Duration::zero());
  for (const char* bad :
       {"", "5", "s", "1,5s", "-1s", "1e3s", ".5s", "1.s", "1 s", "4000d", "1S"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(Quantity, AShareInPercentIsTheSameNumberAsTheDivision) {
  // A goal of 99.9 % must hold at 999 of 1000.
  EXPECT_EQ(parse_fraction("99.9%"), 999.0 / 1000.0);
  EXPECT_EQ(parse_fraction("0.1%"), 1.0 / 1000.0);
  EXPECT_EQ(parse_fraction("100%"), 1.0);
  EXPECT_EQ(parse_fraction("0.25"), 0.25);
  for (const char* bad : {"", "%", "101%", "1.01", "-1%", "1%%", "nan", "0x1"}) {
    EXPECT_FALSE(parse_fraction(bad)) << bad;
  }
}

TEST(Quantity, ReadsRates) {
  EXPECT_EQ(parse_bit_rate("2.5Gbps"), 2'500'000'000u);
  EXPECT_FALSE(parse_bit_rate("2Tbps"));
  EXPECT_FALSE(parse_bit_rate("2000Gbps"));
  EXPECT_EQ(parse_byte_rate("500MB/s"), 500e6);
  EXPECT_EQ(parse_byte_rate("8Gbps"), 1e9);
  EXPECT_FALSE(parse_byte_rate("500MB"));
  EXPECT_EQ(parse_frequency("1000/s"), 1000.0);
  EXPECT_FALSE(parse_frequency("0/s"));
  EXPECT_FALSE(parse_frequency("1000"));
}

TEST(Quantity, WhatIsWrittenIsReadBack) {
  for (const char* text : {"0", "200us", "1500ms", "30s", "2m", "1h", "7d", "0.5us"}) {
    EXPECT_EQ(text_of_time(*parse_time(text)), text);
  }
  for (const double fraction : {0.0, 0.001, 0.1, 1.0 / 3.0, 0.07, 1.0, 1e-9}) {
    EXPECT_EQ(parse_fraction(text_of_fraction(fraction)), fraction);
  }
  EXPECT_EQ(text_of_fraction(0.001), "0.1%");
  EXPECT_EQ(text_of_bit_rate(1'000'000'000), "1Gbps");
  EXPECT_EQ(parse_bit_rate(text_of_bit_rate(1'234'567)), 1'234'567u);
  EXPECT_EQ(text_of_frequency(0.5), "0.5/s");
}

}  // namespace
}  // namespace stentor::storm
