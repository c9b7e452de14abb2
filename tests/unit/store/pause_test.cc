// SPDX-License-Identifier: BSD-3-Clause
// Goal: short sleeps while there is work now and then, longer ones when there is none, none too
// long.
#include "store/pause.h"

#include <gtest/gtest.h>

namespace stentor::store {
namespace {

TEST(Pause, GrowsOnlyAfterAQuietTimeAndUpToItsLimit) {
  Pause pause;
  for (unsigned i = 0; i < Pause::kShortLooks; ++i) EXPECT_EQ(pause.next(), Pause::kShortest);
  EXPECT_EQ(pause.next(), 2 * Pause::kShortest);
  for (int i = 0; i < 10; ++i) pause.next();
  EXPECT_EQ(pause.next(), Pause::kLongest);
  pause.reset();
  EXPECT_EQ(pause.next(), Pause::kShortest);
}

}  // namespace
}  // namespace stentor::store
