// SPDX-License-Identifier: BSD-3-Clause
// Goal: what was applied is found again, the newest version of each address, as people see it too.
#include "store/database.h"

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

struct OpenDatabase {
  OpenDatabase() : database(open_or_die({folder.database()})) {}

  void apply(const std::vector<lease::LeaseChange>& changes, base::Duration after = {}) const {
    const auto applied = database->apply(changes, clocks_after(after));
    ASSERT_TRUE(applied) << applied.error().sentence;
  }
  std::vector<StoredRecord> records() const {
    std::vector<StoredRecord> all;
    EXPECT_TRUE(database->for_each(clocks_after({}),
                                   [&](const StoredRecord& each) { all.push_back(each); }));
    return all;
  }
  // The connection of somebody else, as the sqlite3 command has one.
  std::string asked(const char* sql) const {
    auto other = Connection::open(folder.database(), {});
    EXPECT_TRUE(other);
    Statement select(*other, sql);
    EXPECT_TRUE(select.step());
    return std::string(base::as_text(select.bytes(0)));
  }

  TemporaryFolder folder;
  std::unique_ptr<Database> database;
};

TEST(Database, FindsALeaseAgainAsItWas) {
  const OpenDatabase subject;
  const lease::LeaseChange change = with_details(bound(0x0a000007, 3), "node7");
  subject.apply({change});
  const auto records = subject.records();
  ASSERT_EQ(records.size(), 1u);
  const lease::LeaseChange& found = records[0].change;
  EXPECT_EQ(found.address, change.address);
  EXPECT_EQ(found.version, 3u);
  EXPECT_EQ(found.expiry, change.expiry);
  EXPECT_EQ(found.owner, change.owner);
  EXPECT_EQ(found.state, lease::State::bound);
  EXPECT_EQ(found.htype, 1);
  const auto same = [](base::Bytes a, base::Bytes b) { return std::ranges::equal(a, b); };
  EXPECT_TRUE(same(found.hardware.view(), change.hardware.view()));
  EXPECT_TRUE(same(found.client_id.view(), change.client_id.view()));
  EXPECT_TRUE(same(found.hostname.view(), change.hostname.view()));
  EXPECT_TRUE(same(found.circuit_id.view(), change.circuit_id.view()));
  EXPECT_TRUE(same(found.remote_id.view(), change.remote_id.view()));
  EXPECT_EQ(records[0].expiry, kUtcStart + 3'600);
  EXPECT_EQ(records[0].changed, kUtcStart);
}

TEST(Database, KeepsTheNewestVersionInWhateverOrderTheyCome) {
  const OpenDatabase subject;
  subject.apply({bound(1, 5), bound(1, 4), bound(2, 4), bound(2, 5)});
  subject.apply({bound(1, 3), bound(2, 6), bound(3, 0xffffffff)});
  EXPECT_EQ(versions_in(*subject.database), (Versions{{1, 5}, {2, 6}, {3, 0xffffffff}}));
}

TEST(Database, KnowsThatVersionsBeginAgainAfterTheLast) {
  const OpenDatabase subject;
  subject.apply({bound(1, 0xffffffff), bound(2, 0)});
  subject.apply({bound(1, 0), bound(2, 0xffffffff)});
  subject.apply({bound(3, 0), bound(4, 0)});
  subject.apply({bound(3, 0x7fffffff), bound(4, 0x80000001)});
  EXPECT_EQ(versions_in(*subject.database), (Versions{{1, 0}, {2, 0}, {3, 0x7fffffff}, {4, 0}}));
}

TEST(Database, KeepsALeaseWithoutAnEnd) {
  const OpenDatabase subject;
  lease::LeaseChange change = bound(1, 1);
  change.expiry = base::kNever;
  subject.apply({change});
  EXPECT_EQ(subject.records()[0].expiry, std::nullopt);
  EXPECT_EQ(subject.records()[0].change.expiry, base::kNever);
}

TEST(Database, TellsTheStatesApart) {
  const OpenDatabase subject;
  lease::LeaseChange declined = bound(2, 1);
  declined.state = lease::State::declined;
  lease::LeaseChange released = bound(3, 1);
  released.state = lease::State::free;
  released.expiry = base::kNever;
  subject.apply({bound(1, 1), declined, released});
  const auto records = subject.records();
  EXPECT_EQ(records[0].change.state, lease::State::bound);
  EXPECT_EQ(records[1].change.state, lease::State::declined);
  EXPECT_EQ(records[2].change.state, lease::State::free);
  EXPECT_EQ(records[2].expiry, kUtcStart) << "when it was given back";
}

TEST(Database, ShowsPeopleWhatTheyAskForWhileItIsInUse) {
  const OpenDatabase subject;
  subject.apply({with_details(bound(0x0a0102ff, 1), "node7")});
  EXPECT_EQ(
      subject.asked("SELECT ip || ' ' || state || ' ' || expiry_utc || ' ' || hardware || ' ' "
                    "|| hostname || ' ' || circuit_id FROM lease"),
      "10.1.2.255 bound 2026-05-28 21:26:40 525400000007 node7 706f72742037");
}

TEST(Database, ShowsANameThatATerminalWouldObeyAsDigits) {
  const OpenDatabase subject;
  subject.apply({with_details(bound(1, 1), "a\x1b[2J")});
  EXPECT_EQ(subject.asked("SELECT hostname FROM lease"), "hex:611b5b324a");
}

TEST(Database, PrunesOnlyWhatEndedAndWasLeftAlone) {
  const OpenDatabase subject;
  lease::LeaseChange endless = bound(1, 1);
  endless.expiry = base::kNever;
  subject.apply({endless, bound(2, 1), bound(3, 1)});
  subject.apply({bound(4, 1)}, 2 * kHour);  // ended when it came: a late change
  subject.apply({bound(3, 2)}, 2 * kHour);
  EXPECT_EQ(subject.database->prune(kUtcStart + 3'600, 100), 0u) << "the second is not over";
  EXPECT_EQ(subject.database->prune(kUtcStart + 3'600, 100), 0u) << "from the beginning again";
  EXPECT_EQ(subject.database->prune(kUtcStart + 3'601, 100), 1u);
  EXPECT_EQ(versions_in(*subject.database), (Versions{{1, 1}, {3, 2}, {4, 1}}));
}

TEST(Database, PrunesInSteps) {
  const OpenDatabase subject;
  std::vector<lease::LeaseChange> changes;
  for (std::uint32_t i = 0; i < 10; ++i) changes.push_back(bound(i, 1));
  subject.apply(changes);
  std::vector<std::size_t> steps;
  for (int i = 0; i < 5; ++i) {
    steps.push_back(subject.database->prune(kUtcStart + 9'999, 4).value_or(99));
  }
  EXPECT_EQ(steps, (std::vector<std::size_t>{4, 4, 2, 0, 0}));
}

TEST(Database, KeepsItsLogSmall) {
  const TemporaryFolder folder;
  const auto database = open_or_die({.path = folder.database(), .log_pages_max = 20});
  for (std::uint32_t i = 1; i <= 500; ++i) {
    ASSERT_TRUE(database->apply(std::array{bound(i, 1)}, clocks_after({})));
    ASSERT_TRUE(database->checkpoint_if_due());
  }
  EXPECT_LT(std::filesystem::file_size(folder.database() + "-wal"), 50u * 4'200);
  EXPECT_GT(std::filesystem::file_size(folder.database()), 30'000u);
}

TEST(Database, RewritesItselfFromTheTable) {
  const OpenDatabase subject;
  subject.apply({with_details(bound(1, 1), "one"), with_details(bound(2, 1), "two"),
                 with_details(bound(3, 1), "three")});
  const auto key = subject.database->owner_key();
  const auto rewritten = subject.database->rewrite(
      [](const VisitChange& visit) {
        visit(bound(1, 1));
        visit(bound(3, 2));  // another owner: the name is not its
        visit(bound(9, 4));
      },
      {}, clocks_after({}));
  ASSERT_TRUE(rewritten) << rewritten.error().sentence;
  subject.apply({bound(2, 1)});
  const auto records = subject.records();
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(base::as_text(records[0].change.hostname.view()), "one");
  EXPECT_EQ(records[2].change.hostname.size, 0);
  EXPECT_EQ(records[3].change.version, 4u);
  EXPECT_EQ(subject.database->owner_key(), key);
  EXPECT_FALSE(std::filesystem::exists(subject.folder.database() + ".new"));
}

TEST(Database, IsLockedWhileAnotherProgramWrites) {
  const OpenDatabase subject;
  auto other = Connection::open(subject.folder.database(), {});
  ASSERT_TRUE(other && other->run("BEGIN IMMEDIATE"));
  const auto applied = subject.database->apply(std::array{bound(1, 1)}, clocks_after({}));
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().trouble, Trouble::locked);
  other->roll_back();
  subject.apply({bound(1, 1)});
}

}  // namespace
}  // namespace stentor::store
