// SPDX-License-Identifier: BSD-3-Clause
// Goal: a worker that does not come back is named within 2 s, once, and so is its return.
#include "control/heartbeat.h"

#include <gtest/gtest.h>

#include "base/published.h"

namespace stentor::control {
namespace {

using std::chrono::milliseconds;
using BeatChange = Heartbeat::Change;

class HeartbeatTest : public testing::Test {
 protected:
  // As the appliance's control thread does.
  BeatChange after(milliseconds duration) {
    BeatChange change = BeatChange::none;
    for (milliseconds passed{0}; passed < duration; passed += milliseconds{100}) {
      now += milliseconds{100};
      const BeatChange one = heartbeat.tick(now);
      if (one != BeatChange::none) change = one;
      if (loops[0]) published.read(0);
      if (loops[1]) published.read(1);
    }
    return change;
  }

  base::Published<int> published{std::make_unique<int>(1), 2};
  Heartbeat heartbeat{
      {.mark = [this] { return published.mark(); },
       .first_behind = [this](std::uint64_t mark) { return published.first_behind(mark); }}};
  std::array<bool, 2> loops{true, true};
  base::Time now{std::chrono::hours{1}};
};

TEST_F(HeartbeatTest, IsQuietWhileAllLoop) {
  EXPECT_EQ(after(milliseconds{10'000}), BeatChange::none);
  EXPECT_FALSE(heartbeat.silent());
}

TEST_F(HeartbeatTest, NamesTheOneThatStopsWithinTwoSeconds) {
  after(milliseconds{500});
  loops[1] = false;
  EXPECT_EQ(after(milliseconds{1'400}), BeatChange::none);
  EXPECT_EQ(after(milliseconds{500}), BeatChange::stopped);
  EXPECT_EQ(heartbeat.silent(), 1u);
  EXPECT_EQ(after(milliseconds{10'000}), BeatChange::none) << "once";
  loops[1] = true;
  EXPECT_EQ(after(milliseconds{300}), BeatChange::back);
  EXPECT_FALSE(heartbeat.silent());
}

// It sleeps for milliseconds at the most, and then looks around.
TEST_F(HeartbeatTest, LetsAWorkerSleepButNotForEver) {
  loops[0] = false;
  after(milliseconds{100});
  for (int nap = 0; nap < 20; ++nap) {
    published.park(0);
    EXPECT_EQ(after(milliseconds{500}), BeatChange::none);
  }
  EXPECT_EQ(after(milliseconds{2'000}), BeatChange::stopped);
  EXPECT_EQ(heartbeat.silent(), 0u);
}

}  // namespace
}  // namespace stentor::control
