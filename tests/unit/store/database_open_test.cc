// SPDX-License-Identifier: BSD-3-Clause
// Goal: a database is opened, or refused with a sentence that helps and left as it is.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/schema.h"
#include "store_fixture.h"
#include "version_1_database.h"

namespace stentor::store {
namespace {

using testing::HasSubstr;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string refusal(const std::string& path) {
  const auto opened = Database::open({path}, clocks_after({}));
  return opened ? "it was opened" : opened.error().sentence;
}

TEST(DatabaseOpen, MakesOneThatOnlyItsOwnerReads) {
  const TemporaryFolder folder;
  const auto opened = Database::open({folder.database()}, clocks_after({}));
  ASSERT_TRUE(opened) << opened.error().sentence;
  EXPECT_TRUE(opened->was_created);
  EXPECT_TRUE(opened->was_clean);
  ASSERT_TRUE(opened->database->apply(std::array{bound(1, 1)}, clocks_after({})));
  for (const char* ending : {"", "-wal", "-shm", ".lock"}) {
    struct stat facts {};
    ASSERT_EQ(::stat((folder.database() + ending).c_str(), &facts), 0) << ending;
    EXPECT_EQ(facts.st_mode & 0777, 0600u) << ending;
  }
}

TEST(DatabaseOpen, KeepsTheKeyOfOwners) {
  const TemporaryFolder folder;
  const auto key = open_or_die({folder.database()})->owner_key();
  EXPECT_NE(key, base::HashKey{});
  EXPECT_EQ(open_or_die({folder.database()})->owner_key(), key);
  const TemporaryFolder other;
  EXPECT_NE(open_or_die({other.database()})->owner_key(), key);
}

TEST(DatabaseOpen, SaysWhetherTheLastEndWasClean) {
  const TemporaryFolder folder;
  open_or_die({folder.database()});
  auto opened = Database::open({folder.database()}, clocks_after({}));
  EXPECT_FALSE(opened->was_created);
  EXPECT_FALSE(opened->was_clean);
  ASSERT_TRUE(opened->database->end_cleanly(clocks_after({})));
  opened->database.reset();
  opened = Database::open({folder.database()}, clocks_after({}));
  EXPECT_TRUE(opened->was_clean);
}

TEST(DatabaseOpen, SaysHowFarTheClockIsBehindTheLastCommit) {
  const TemporaryFolder folder;
  const auto commit_at = [&](base::Duration after) {
    ASSERT_TRUE(open_or_die({folder.database()}, after)->apply({}, clocks_after(after)));
  };
  const auto behind = [&](base::Duration after) {
    return Database::open({folder.database()}, clocks_after(after))->clock_is_behind_by;
  };
  commit_at(kHour);
  EXPECT_EQ(behind(kHour - std::chrono::seconds{90}), std::chrono::seconds{90});
  EXPECT_EQ(behind(kHour), base::Duration{0});
  EXPECT_EQ(behind(2 * kHour), base::Duration{0});
  commit_at(std::chrono::seconds{1});
  EXPECT_EQ(behind({}), std::chrono::seconds{1}) << "the last commit, not the latest";
}

TEST(DatabaseOpen, RefusesAFolderThatIsNotThere) {
  EXPECT_THAT(refusal("/nowhere/leases.db"), HasSubstr("cannot find /nowhere, the folder"));
  const TemporaryFolder folder;
  std::ofstream(folder.at("file")) << "x";
  EXPECT_THAT(refusal(folder.at("file/leases.db")), HasSubstr("is not a folder"));
}

TEST(DatabaseOpen, RefusesAFolderThatEverybodyMayWrite) {
  const TemporaryFolder folder;
  ::chmod(folder.path().c_str(), 0777);
  EXPECT_THAT(refusal(folder.database()), HasSubstr("everybody may write " + folder.path()));
  EXPECT_FALSE(std::filesystem::exists(folder.database()));
}

TEST(DatabaseOpen, RefusesWhatAnotherProgramMade) {
  const TemporaryFolder folder;
  std::ofstream(folder.at("notes.txt")) << "what I wanted to say";
  EXPECT_THAT(refusal(folder.at("notes.txt")), HasSubstr("is not a lease database of stentord"));
  EXPECT_EQ(bytes_of(folder.at("notes.txt")), "what I wanted to say");

  std::ofstream(folder.at("other.db")).close();
  auto other = Connection::open(folder.at("other.db"), {});
  ASSERT_TRUE(other->run("PRAGMA journal_mode = WAL; CREATE TABLE t (x)"));
  other->checkpoint_on_close(false);
  const std::string before = bytes_of(folder.at("other.db"));
  EXPECT_THAT(refusal(folder.at("other.db")), HasSubstr("is not a lease database of stentord"));
  EXPECT_EQ(bytes_of(folder.at("other.db")), before);
}

TEST(DatabaseOpen, RefusesWhatANewerOneWrote) {
  const TemporaryFolder folder;
  open_or_die({folder.database()});
  const std::string newer = "PRAGMA user_version = " + std::to_string(schema_version() + 1);
  auto connection = Connection::open(folder.database(), {});
  connection->checkpoint_on_close(false);
  ASSERT_TRUE(connection->run(newer.c_str()));
  const std::string before = bytes_of(folder.database());
  const char* sentence = "a newer one wrote it";
  EXPECT_THAT(refusal(folder.database()), HasSubstr(sentence)) << "the log says so";
  EXPECT_EQ(bytes_of(folder.database()), before);
  ASSERT_TRUE(connection->run("PRAGMA wal_checkpoint(TRUNCATE)"));
  EXPECT_THAT(refusal(folder.database()), HasSubstr(sentence)) << "the file says so";
}

TEST(DatabaseOpen, TakesOverWhatVersion1Wrote) {
  const TemporaryFolder folder;
  make_version_1(folder.database());
  const auto records = [&] {
    auto connection = Connection::open(folder.database(), {});
    return records_of(*connection);
  };
  const std::string before = records();
  {
    const auto opened = Database::open({folder.database()}, clocks_after({}));
    ASSERT_TRUE(opened) << opened.error().sentence;
    EXPECT_FALSE(opened->was_created);
    EXPECT_TRUE(opened->was_clean);
    EXPECT_EQ(opened->clock_is_behind_by, base::Duration{0});
    const auto key = std::bit_cast<std::array<std::uint8_t, 16>>(opened->database->owner_key());
    for (std::uint8_t i = 0; i < 16; ++i)
      EXPECT_EQ(key[i], i) << "whose owners are all unknown now";
    EXPECT_EQ(hosts_in(*opened->database), Hosts{});
    const Versions found = versions_in(*opened->database);
    EXPECT_EQ(found.size(), 200u);
    EXPECT_EQ(found.at(0x0a000007), 7u);
    EXPECT_EQ(found.at(0x0a0000c8), 0xffffffff);
    EXPECT_EQ(records(), before);
    const HostChange change{host_mac(1), named_host(1, 1)};
    ASSERT_TRUE(opened->database->apply({}, {&change, 1}, clocks_after({})));
  }
  EXPECT_EQ(hosts_in(*open_or_die({folder.database()})), hosts_of({named_host(1, 1)}));
  EXPECT_EQ(records(), before);
}

TEST(DatabaseOpen, RefusesOneThatIsDamaged) {
  const TemporaryFolder folder;
  ASSERT_TRUE(open_or_die({folder.database()})->end_cleanly(clocks_after({})));
  std::fstream file(folder.database(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);
  file << std::string(8'000, 'x');
  file.close();
  EXPECT_THAT(refusal(folder.database()), HasSubstr(folder.database()));
}

TEST(DatabaseOpen, FinishesAReplacementThatACrashInterrupted) {
  const TemporaryFolder folder;
  const TemporaryFolder other;
  const auto old = open_or_die({folder.database()});
  ASSERT_TRUE(old->apply(std::array{bound(1, 1)}, clocks_after({})));
  const auto made = open_or_die({other.database()});
  ASSERT_TRUE(made->apply(std::array{bound(2, 2)}, clocks_after({})));
  ASSERT_TRUE(made->end_cleanly(clocks_after({})));
  // As a crash left it: the old log is still there, in which address 1 is.
  const TemporaryFolder left;
  for (const char* ending : {"", "-wal"}) {
    std::filesystem::copy(folder.database() + ending, left.database() + ending);
  }
  std::filesystem::copy(other.database(), left.database() + ".replacement");
  std::ofstream(left.database() + ".new") << "half of one";
  EXPECT_EQ(versions_in(*open_or_die({left.database()})), (Versions{{2, 2}}));
  EXPECT_FALSE(std::filesystem::exists(left.database() + ".replacement"));
}

}  // namespace
}  // namespace stentor::store
