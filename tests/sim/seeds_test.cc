// SPDX-License-Identifier: BSD-3-Clause
// Goal: what holds for one seed holds for others: many small worlds, each with its own faults.
#include "sim/expectation.h"

namespace stentor::sim {
namespace {

using namespace std::chrono_literals;

class SeedsTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SeedsTest, TwentyMachinesBootOverANetworkOfAnyQuality) {
  // Goal: loss to 15 %, copies and late frames to 20 %, one, two or four workers, frames on any of
  // their queues: all boot.
  const std::uint64_t seed = seed_or(GetParam());
  SCOPED_TRACE(seed_text(seed));
  base::Random random(seed);
  const auto percent = [&random](std::uint64_t most) {
    return static_cast<double>(random.below(most + 1)) / 100;
  };
  const support::LinkFaults faults{.loss = percent(15),
                                   .duplication = percent(20),
                                   .reordering = percent(20),
                                   .delay = std::chrono::microseconds{10 + random.below(5000)},
                                   .lag = std::chrono::microseconds{random.below(10'000)}};
  World world({.seed = seed,
               .machines = 20,
               .workers = std::size_t{1} << random.below(3),
               .faults = faults});
  expect_all_boot(world, 900s);
  expect_few_repeats(world, faults);
  expect_clean_end(world);
}

INSTANTIATE_TEST_SUITE_P(Thirty, SeedsTest, testing::Range<std::uint64_t>(100, 130));

}  // namespace
}  // namespace stentor::sim
