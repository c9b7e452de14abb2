// SPDX-License-Identifier: BSD-3-Clause
// Goal: a site's machines may all ask at once, a flood may not go on asking, and who waits is
// looked at again.
#include "worker/request_budget.h"

#include <gtest/gtest.h>

namespace stentor::worker {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kBudgetStart{1h};

std::uint32_t take_all(RequestBudget& budget, base::Time now) {
  std::uint32_t count = 0;
  for (; count < 1'000'000 && !budget.is_spent(now); ++count) budget.take();
  return count;
}

TEST(RequestBudget, IsFullAtFirstAndAfterALongPause) {
  RequestBudget budget(65'536, kBudgetStart);
  EXPECT_EQ(take_all(budget, kBudgetStart), 65'536u);
  EXPECT_EQ(take_all(budget, kBudgetStart + 1h), 65'536u);
}

TEST(RequestBudget, GrowsByTheMillisecond) {
  RequestBudget budget(65'536, kBudgetStart);
  take_all(budget, kBudgetStart);
  EXPECT_EQ(take_all(budget, kBudgetStart + 999us), 0u);
  EXPECT_EQ(take_all(budget, kBudgetStart + 1ms), 100u);
  EXPECT_EQ(take_all(budget, kBudgetStart + 1999us), 0u);
  // Parts of a millisecond are not lost.
  EXPECT_EQ(take_all(budget, kBudgetStart + 3500us), 200u);
  EXPECT_EQ(take_all(budget, kBudgetStart + 4ms), 100u);
}

TEST(RequestBudget, OfAWorkerWithFewTransfersIsAMilliseconds) {
  RequestBudget budget(4, kBudgetStart);
  EXPECT_EQ(take_all(budget, kBudgetStart), 100u);
  EXPECT_EQ(take_all(budget, kBudgetStart + 10ms), 100u);
}

}  // namespace
}  // namespace stentor::worker
