// SPDX-License-Identifier: BSD-3-Clause
// Goal: a pattern of MAC addresses means what an operator of another server takes it for.
#include "config/client_match.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

bool matches(std::string_view pattern, std::string_view mac) {
  const auto parsed = MacPattern::parse(pattern);
  if (!parsed) ADD_FAILURE() << pattern;
  return parsed && parsed->matches(*wire::MacAddress::parse(mac));
}

TEST(MacPattern, AStarAtItsEndStandsForAllThatFollow) {
  EXPECT_TRUE(matches("b8:27:eb:*", "b8:27:eb:01:02:03"));
  EXPECT_FALSE(matches("b8:27:eb:*", "b8:27:ec:01:02:03"));
  EXPECT_TRUE(matches("*", "52:54:00:12:34:56"));
  EXPECT_TRUE(matches("52:*", "52:54:00:12:34:56"));
}

TEST(MacPattern, AStarInItsMiddleStandsForOnePart) {
  EXPECT_TRUE(matches("52:*:00:*:*:56", "52:99:00:01:02:56"));
  EXPECT_FALSE(matches("52:*:00:*:*:56", "52:99:01:01:02:56"));
}

TEST(MacPattern, AQuestionMarkStandsForOneDigit) {
  EXPECT_TRUE(matches("5?:54:00:?2:34:56", "5a:54:00:f2:34:56"));
  EXPECT_FALSE(matches("5?:54:00:?2:34:56", "6a:54:00:f2:34:56"));
}

TEST(MacPattern, TakesAWholeAddressInEitherForm) {
  EXPECT_TRUE(matches("52:54:00:AB:cd:eF", "52:54:00:ab:cd:ef"));
  EXPECT_TRUE(matches("52-54-00-ab-cd-ef", "52:54:00:ab:cd:ef"));
  EXPECT_FALSE(matches("52:54:00:ab:cd:ef", "52:54:00:ab:cd:ee"));
}

TEST(MacPattern, RefusesWhatIsNone) {
  for (const char* text :
       {"", ":", "b8", "b8:27:eb", "b8:27:eb:", "b8:27:eb*", "b8:27:eb:*:", "b8:27:eb:1:2:3",
        "g8:27:eb:*", "b8:27:eb:01:02:03:04", "**", "b8:27:eb:01:02:03:*", "b8:*:27"}) {
    EXPECT_FALSE(MacPattern::parse(text)) << text;
  }
}

}  // namespace
}  // namespace stentor::config
