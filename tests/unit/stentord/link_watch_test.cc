// SPDX-License-Identifier: BSD-3-Clause
// Goal: addresses are announced when a link comes up, again shortly after, and not while it is
// down.
#include "link_watch.h"

#include <gtest/gtest.h>

namespace stentor {
namespace {

using namespace std::chrono_literals;
constexpr base::Time kStart{std::chrono::hours{1}};

int announcements(LinkWatch& watch, base::Time from, base::Duration span) {
  int count = 0;
  for (base::Time now = from; now <= from + span; now += 10ms) count += watch.due(now) ? 1 : 0;
  return count;
}

TEST(LinkWatch, AnnouncesThreeTimesAfterTheLinkComesUp) {
  LinkWatch watch;
  EXPECT_EQ(watch.observe(true, kStart), LinkWatch::Change::up);
  EXPECT_TRUE(watch.due(kStart));
  EXPECT_FALSE(watch.due(kStart + 99ms));
  EXPECT_TRUE(watch.due(kStart + 100ms));
  EXPECT_EQ(announcements(watch, kStart + 110ms, 1800ms), 0);
  EXPECT_EQ(announcements(watch, kStart + 2s, 60s), 1);
}

// Else the log of a start says nothing of a cable that is not there.
TEST(LinkWatch, TellsOnceThatTheLinkIsDownFromTheBeginning) {
  LinkWatch watch;
  EXPECT_EQ(watch.observe(false, kStart), LinkWatch::Change::down);
  EXPECT_EQ(watch.observe(false, kStart + 1s), LinkWatch::Change::none);
  EXPECT_FALSE(watch.due(kStart + 1s));
}

TEST(LinkWatch, IsSilentWhileTheLinkIsDown) {
  LinkWatch watch;
  EXPECT_EQ(announcements(watch, kStart, 5s), 0) << "never up";
  watch.observe(true, kStart);
  EXPECT_EQ(watch.observe(false, kStart), LinkWatch::Change::down);
  EXPECT_EQ(announcements(watch, kStart, 5s), 0);
  EXPECT_EQ(watch.observe(false, kStart + 6s), LinkWatch::Change::none);
  EXPECT_EQ(watch.observe(true, kStart + 7s), LinkWatch::Change::up);
  EXPECT_EQ(announcements(watch, kStart + 7s, 5s), 3) << "all of them again";
}

}  // namespace
}  // namespace stentor
