// SPDX-License-Identifier: BSD-3-Clause
// Goal: durations in the two units that matter.
#include "duration_text.h"

#include <gtest/gtest.h>

namespace stentor::ctl {
namespace {

TEST(DurationText, HasTheTwoLargestUnits) {
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(59), "59s");
  EXPECT_EQ(duration_text(60), "1m 0s");
  EXPECT_EQ(duration_text(3'599), "59m 59s");
  EXPECT_EQ(duration_text(7'259), "2h 0m");
  EXPECT_EQ(duration_text(90'000), "1d 1h");
  EXPECT_EQ(duration_text(std::uint64_t{400} * 86'400), "400d 0h");
}

}  // namespace
}  // namespace stentor::ctl
