// SPDX-License-Identifier: BSD-3-Clause
// Goal: no ticket is released whose change is not on disk; a failure is said, and is over by itself
// once the disk is well again, with everything on it that happened meanwhile.
#include "store/commit_cycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "cycle_rig.h"

namespace stentor::store {
namespace {

using testing::HasSubstr;
using Rig = CycleRig;

void expect_near(std::optional<base::Time> seen, base::Time expected) {
  ASSERT_TRUE(seen);
  EXPECT_LE(std::chrono::abs(*seen - expected), std::chrono::seconds{2});
}

TEST(CommitCycle, ReleasesTicketsOfEachLaneOnceTheyAreOnDisk) {
  Rig rig;
  EXPECT_EQ(rig.bind(0, 1, 1), 1u);
  EXPECT_EQ(rig.bind(0, 2, 1), 2u);
  EXPECT_EQ(rig.bind(1, 3, 1), 1u);
  EXPECT_EQ(rig.lanes[0]->committed(), 0u);
  EXPECT_TRUE(rig.step());
  EXPECT_EQ(rig.lanes[0]->committed(), 2u);
  EXPECT_EQ(rig.lanes[1]->committed(), 1u);
  EXPECT_EQ(rig.cycle->status().changes, 3u);
  EXPECT_EQ(rig.on_disk(), (Versions{{1, 1}, {2, 1}, {3, 1}}));
}

TEST(CommitCycle, SaysThatThereWasNothingToDo) {
  Rig rig;
  rig.step();
  EXPECT_FALSE(rig.step());
  EXPECT_EQ(rig.cycle->status().commits, 0u);
}

TEST(CommitCycle, LetsNoLaneWaitForTheFloodOfAnother) {
  Rig rig({.batch_changes_max = 8});
  for (std::uint32_t i = 0; i < 40; ++i) rig.bind(0, i, 1);
  rig.bind(1, 100, 1);
  rig.step();
  EXPECT_EQ(rig.lanes[1]->committed(), 1u);
  EXPECT_EQ(rig.lanes[0]->committed(), 7u) << "the rest of the batch is the flood's";
}

struct Fault {
  const char* name;
  DiskCall call;
  int code;
  bool needs_rewrite;
};

class CommitCycleFault : public testing::TestWithParam<Fault> {};

TEST_P(CommitCycleFault, ReleasesNothingUntilItIsOverAndThenEverything) {
  Rig rig;
  rig.bind(0, 1, 1);
  rig.step();
  rig.disk.fail(GetParam().call, GetParam().code);
  const auto ticket = rig.bind(0, 2, 1);
  EXPECT_TRUE(rig.step());
  EXPECT_TRUE(rig.cycle->is_failing());
  EXPECT_EQ(rig.lanes[0]->committed(), 1u);
  EXPECT_EQ(rig.lanes[0]->failed_up_to(), ticket);
  EXPECT_EQ(rig.lanes[1]->failed_up_to(), 0u);
  EXPECT_THAT(rig.cycle->status().sentence, HasSubstr(rig.folder.database()));

  // What comes meanwhile is failed at once, and not lost.
  const auto later = rig.bind(1, 3, 5);
  EXPECT_TRUE(rig.step());
  EXPECT_EQ(rig.lanes[1]->failed_up_to(), later);
  EXPECT_TRUE(rig.step_after(kFirst)) << "a try that fails";
  EXPECT_TRUE(rig.cycle->is_failing());
  EXPECT_EQ(rig.lanes[1]->committed(), 0u);

  rig.disk.heal();
  rig.release(1, 1, 2);
  EXPECT_TRUE(rig.step_after(kFirst)) << "the time to the next try has doubled";
  EXPECT_TRUE(rig.cycle->is_failing());
  rig.step_after(kFirst);
  EXPECT_FALSE(rig.cycle->is_failing());
  EXPECT_FALSE(rig.cycle->status().is_failing);
  EXPECT_EQ(rig.lanes[0]->committed(), ticket);
  EXPECT_EQ(rig.lanes[1]->committed(), 2u);
  EXPECT_EQ(rig.cycle->status().rewrites, GetParam().needs_rewrite ? 1u : 0u);
  EXPECT_EQ(rig.visits == 0, !GetParam().needs_rewrite);

  // A new life: what is in the file, not in a cache.
  rig.bind(0, 4, 1);
  rig.step();
  Versions expected{{2, 1}, {3, 5}, {4, 1}};
  // A whole database has no record of what is free.
  if (!GetParam().needs_rewrite) expected[1] = 2;
  EXPECT_EQ(rig.on_disk(), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, CommitCycleFault,
    testing::Values(Fault{"disk_full", DiskCall::write, SQLITE_FULL, false},
                    Fault{"write_error", DiskCall::write, SQLITE_IOERR_WRITE, true},
                    Fault{"sync_error", DiskCall::sync, SQLITE_IOERR_FSYNC, true},
                    Fault{"corruption", DiskCall::lock, SQLITE_CORRUPT, true},
                    Fault{"lock", DiskCall::lock, SQLITE_BUSY, false}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(CommitCycle, TriesAgainAtTheLongestEveryFewSeconds) {
  Rig rig({.retry_first = kFirst, .retry_longest = 4 * kFirst});
  rig.disk.fail(DiskCall::sync, SQLITE_IOERR_FSYNC);
  rig.bind(0, 1, 1);
  rig.step();
  for (int i = 0; i < 5; ++i) rig.step_after(std::chrono::hours{1});
  const auto failures = rig.cycle->status().failures;
  EXPECT_EQ(failures, 6u);
  rig.step_after(4 * kFirst - std::chrono::nanoseconds{1});
  EXPECT_EQ(rig.cycle->status().failures, failures);
  rig.step_after(std::chrono::nanoseconds{1});
  EXPECT_EQ(rig.cycle->status().failures, failures + 1);
}

TEST(CommitCycle, RewritesWhenMoreCameThanCanBeHeld) {
  Rig rig({.held_changes_max = 4});
  rig.disk.fail(DiskCall::lock, SQLITE_BUSY);
  rig.bind(0, 1, 1);
  rig.step();
  for (std::uint32_t i = 10; i < 20; ++i) rig.bind(0, i, 1);
  rig.step();
  rig.disk.heal();
  rig.step_after(kFirst);
  EXPECT_EQ(rig.cycle->status().rewrites, 1u);
  EXPECT_EQ(rig.on_disk().size(), 11u);
}

TEST(CommitCycle, KeepsWhatChangesWhileTheTableIsVisited) {
  Rig rig;
  for (std::uint32_t i = 0; i < 8'192; ++i) rig.table[i] = bound(i, 1);
  rig.disk.fail(DiskCall::sync, SQLITE_IOERR_FSYNC);
  rig.bind(0, 9'000, 1);
  rig.step();
  rig.disk.heal();
  // The lane says it, the visit does not: it was past that address.
  std::uint64_t ticket = 0;
  rig.during_visit = [&] {
    lease::LeaseChange change = bound(7, 2);
    ticket = rig.lanes[1]->push(change).value_or(0);
  };
  rig.step_after(kFirst);
  EXPECT_EQ(rig.lanes[1]->failed_up_to(), ticket);
  EXPECT_EQ(rig.lanes[1]->committed(), ticket);
  EXPECT_EQ(rig.on_disk().at(7), 2u);
}

TEST(CommitCycle, WritesNothingToTheOldFileAfterARewriteThatFailedHalfway) {
  Rig rig;
  rig.bind(0, 1, 1);
  rig.step();
  rig.disk.fail(DiskCall::sync, SQLITE_IOERR_FSYNC);
  rig.bind(0, 2, 1);
  rig.step();
  rig.disk.heal();
  rig.disk.fail(DiskCall::folder_sync, EIO);
  rig.step_after(kFirst);
  EXPECT_TRUE(rig.cycle->is_failing());
  EXPECT_FALSE(rig.database->apply(std::array{bound(3, 1)}, clocks_after({})));
  rig.disk.heal();
  rig.step_after(2 * kFirst);
  EXPECT_FALSE(rig.cycle->is_failing());
  EXPECT_EQ(rig.on_disk(), (Versions{{1, 1}, {2, 1}}));
}

TEST(CommitCycle, KeepsTheNamesOfClientsThroughARewrite) {
  Rig rig;
  rig.bind(0, 1, 1);
  rig.step();
  rig.disk.fail(DiskCall::sync, SQLITE_IOERR_FSYNC);
  rig.bind(0, 2, 1);
  rig.step();
  rig.disk.heal();
  rig.step_after(kFirst);
  ASSERT_EQ(rig.cycle->status().rewrites, 1u);
  std::string hostname;
  ASSERT_TRUE(rig.database->for_each(clocks_after({}), [&](const StoredRecord& record) {
    if (record.change.address.host() == 1) {
      hostname = base::as_text(record.change.hostname.view());
    }
  }));
  EXPECT_EQ(hostname, "host");
}

TEST(CommitCycle, PrunesAFewRecordsASecondThatEndedLongAgo) {
  Rig rig({.prune_rows = 2});
  for (std::uint32_t i = 1; i <= 5; ++i) rig.bind(0, i, 1);
  rig.step();
  rig.elapsed = std::chrono::hours{26};
  rig.step();
  EXPECT_EQ(rig.cycle->status().pruned, 2u);
  rig.step();
  EXPECT_EQ(rig.cycle->status().pruned, 2u) << "once a second";
  // The rest, the end, and what was looked at while it was new.
  for (int i = 0; i < 3; ++i) rig.step_after(std::chrono::seconds{1});
  EXPECT_EQ(rig.on_disk(), Versions{});
}

TEST(CommitCycle, EndsWithWhatIsInTheLanesAndTheMarkOfACleanEnd) {
  Rig rig({.batch_changes_max = 8});
  for (std::uint32_t i = 0; i < 30; ++i) rig.bind(0, i, 1);
  EXPECT_TRUE(rig.cycle->finish(clocks_after({})));
  rig.cycle.reset();
  rig.database.reset();
  EXPECT_FALSE(std::filesystem::exists(rig.folder.database() + "-wal"));
  const auto opened = Database::open(rig.file(), clocks_after({}));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->was_clean);
  EXPECT_EQ(versions_in(*opened->database).size(), 30u);
}

TEST(CommitCycle, DoesNotCallAnEndCleanThatLostChanges) {
  Rig rig;
  rig.bind(0, 1, 1);
  rig.disk.fail(DiskCall::write, SQLITE_FULL);
  EXPECT_FALSE(rig.cycle->finish(clocks_after({})));
  EXPECT_EQ(rig.lanes[0]->committed(), 0u);
  rig.cycle.reset();
  rig.database.reset();
  rig.disk.heal();
  EXPECT_FALSE(Database::open(rig.file(), clocks_after({}))->was_clean);
}

// DESIGN section 5: a step of the clock neither expires nor extends.
TEST(CommitCycle, MovesWhatIsOnDiskAlongWithTheWallClock) {
  for (const base::Duration step : {48 * kHour, -48 * kHour}) {
    Rig rig;
    const base::Time expiry = bound(1, 1).expiry;
    rig.bind(0, 1, 1);
    rig.step();
    rig.wall = step;
    for (int look = 0; look < 3; ++look) rig.step_after(std::chrono::seconds{2});
    expect_near(rig.expiry_of(1), expiry);
    EXPECT_EQ(rig.cycle->status().pruned, 0u);
    // What comes after the step is of the new clock alone.
    rig.bind(1, 2, 1);
    rig.step();
    expect_near(rig.expiry_of(2), expiry);
  }
}

TEST(CommitCycle, MovesNothingForAClockThatIsSlewed) {
  Rig rig;
  rig.bind(0, 1, 1);
  rig.step();
  const auto before = rig.expiry_of(1);
  rig.wall = std::chrono::milliseconds{900};
  rig.step();
  rig.wall = {};
  EXPECT_EQ(rig.expiry_of(1), before);
}

TEST(CommitCycle, ShiftsOnceTheDatabaseWorksAgain) {
  Rig rig;
  const base::Time expiry = bound(1, 1).expiry;
  rig.bind(0, 1, 1);
  rig.step();
  rig.disk.fail(DiskCall::write, SQLITE_FULL);
  rig.wall = 48 * kHour;
  rig.bind(0, 2, 1);
  rig.step();
  EXPECT_TRUE(rig.cycle->is_failing());
  rig.disk.heal();
  rig.step_after(kFirst);
  rig.step();
  rig.step();
  expect_near(rig.expiry_of(1), expiry);
  expect_near(rig.expiry_of(2), expiry);
}

// Started with a clock of ten hours before the last commit, which is then set: two hours have
// passed since that commit.
TEST(CommitCycle, GoesOnFromTheLastCommitUntilTheClockIsSet) {
  Rig rig;
  rig.bind(0, 1, 1);
  rig.step();
  const UtcSecond whole = kUtcStart + 3'600;
  rig.cycle.emplace(
      *rig.database, [](const VisitChange&) {}, rig.lanes,
      CommitOptions{.clock_is_behind_by = 10 * kHour});
  rig.wall = -10 * kHour;
  rig.elapsed = std::chrono::seconds{10};
  rig.bind(0, 2, 1);
  rig.step();
  const auto expiry_on_disk = [&](std::uint32_t address) {
    UtcSecond expiry = 0;
    EXPECT_TRUE(rig.database->for_each(rig.clocks(), [&](const StoredRecord& record) {
      if (record.change.address.host() == address) expiry = record.expiry.value_or(0);
    }));
    return expiry;
  };
  EXPECT_EQ(expiry_on_disk(2), whole);
  rig.wall = 2 * kHour;
  rig.step();
  EXPECT_EQ(expiry_on_disk(2), whole + 7'200) << "of this run";
  EXPECT_EQ(expiry_on_disk(1), whole) << "written by a clock that was right";
}

}  // namespace
}  // namespace stentor::store
