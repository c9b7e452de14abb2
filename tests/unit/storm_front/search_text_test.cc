// SPDX-License-Identifier: BSD-3-Clause
// Goal: a search says what it has found, and one that was interrupted no more than it knows.
#include "search_text.h"

#include <gtest/gtest.h>

namespace stentor::rig {
namespace {

using Trial = RateSearch::Trial;

const SearchRequest kDora{.what = SearchRequest::What::dora, .loss_bound = 0.01};

TEST(SearchText, NamesTheHighestRate) {
  RateSearch search;
  EXPECT_EQ(search.lowest_failed(), std::nullopt);
  search.note(100, Trial::held);
  search.note(200, Trial::lost);
  EXPECT_EQ(conclusion(search, kDora, false), "highest rate held: 100 DORA/s (1% or less lost)\n");
  EXPECT_EQ(conclusion(search, {.what = SearchRequest::What::boot, .loss_bound = 0.01}, true),
            "interrupted; what follows is what was known by then\n"
            "highest rate held: 100 boots/s (1% or less lost)\n"
            "lowest rate that did not hold: 200 boots/s\n");
  search.note(150, Trial::rig_short);
  EXPECT_NE(conclusion(search, kDora, false).find("The rig itself offers no more"),
            std::string::npos);
}

TEST(SearchText, OfNoTrialSaysNothing) {
  EXPECT_EQ(conclusion(RateSearch(), kDora, true),
            "interrupted; what follows is what was known by then\n"
            "No trial was over: nothing is known of any rate.\n");
  RateSearch search;
  search.note(100, Trial::held);
  EXPECT_NE(conclusion(search, kDora, true).find("No rate that did not hold was found"),
            std::string::npos);
}

TEST(SearchText, SaysThatNoRateHeld) {
  RateSearch search;
  search.note(100, Trial::lost);
  EXPECT_EQ(conclusion(search, kDora, false), "No rate held: more than 1% were lost at each.\n");
  EXPECT_NE(conclusion(search, kDora, true).find("lowest rate that did not hold: 100"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::rig
