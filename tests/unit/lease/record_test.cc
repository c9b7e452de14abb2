// SPDX-License-Identifier: BSD-3-Clause
// Goal: a word keeps its parts apart, and seconds are rounded so that no lease is cut short.
#include "lease/record.h"

#include <gtest/gtest.h>

#include "lease/lifetime.h"

namespace stentor::lease {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(Word, KeepsItsPartsApart) {
  const Word word(0xffffffff, Phase::declined, kNeverSecond);
  EXPECT_EQ(word.version(), 0xffffffffu);
  EXPECT_EQ(word.phase(), Phase::declined);
  EXPECT_EQ(word.expiry(), kNeverSecond);
  EXPECT_EQ(Word(7, Phase::idle, 0).next(Phase::bound, 5), Word(8, Phase::bound, 5));
}

TEST(Word, OfZeroIsIdle) {
  EXPECT_EQ(Word{0}.phase(), Phase::idle);
  EXPECT_EQ(Word{0}.version(), 0u);
}

TEST(Second, OfAnExpiryIsRoundedUpAndOfNowDown) {
  EXPECT_EQ(second_at_or_after(base::Time{seconds{5}}), 5u);
  EXPECT_EQ(second_at_or_after(base::Time{seconds{5} + nanoseconds{1}}), 6u);
  EXPECT_EQ(second_of(base::Time{seconds{6} - nanoseconds{1}}), 5u);
  EXPECT_EQ(second_at_or_after(base::Time{seconds{-5}}), 0u);
}

TEST(Second, BeyondTheRangeIsNeverAndNowNeverGetsThere) {
  EXPECT_EQ(second_at_or_after(base::kNever), kNeverSecond);
  EXPECT_EQ(time_of(kNeverSecond), base::kNever);
  EXPECT_LT(second_of(base::kNever), kNeverSecond);
  EXPECT_TRUE(is_live(Word(0, Phase::bound, kNeverSecond), base::kNever));
}

TEST(Later, StopsAtNever) {
  EXPECT_EQ(later(base::Time{seconds{1}}, base::Duration::max()), base::kNever);
  EXPECT_EQ(later(base::Time{seconds{1}}, seconds{2}), base::Time{seconds{3}});
}

}  // namespace
}  // namespace stentor::lease
