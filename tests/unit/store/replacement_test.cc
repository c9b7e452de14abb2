// SPDX-License-Identifier: BSD-3-Clause
// Goal: a new database takes an old one's place whole, its log does not, and each step can be made
// again after an error.
#include "store/replacement.h"

#include <fstream>
#include <gtest/gtest.h>

#include "recording_disk.h"
#include "store_fixture.h"

namespace stentor::store {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Place {
  Place() {
    std::ofstream(folder.database()) << "old";
    std::ofstream(folder.database() + "-wal") << "old log";
    std::ofstream(folder.database() + ".new") << "left over";
  }
  void make_new() {
    const auto name = begin_replacement(folder.database(), disk);
    ASSERT_TRUE(name);
    EXPECT_EQ(text_of(*name), "");
    std::ofstream(*name) << "new";
  }
  [[nodiscard]] bool has(const char* ending) const {
    return std::filesystem::exists(folder.database() + ending);
  }
  void expect_new() const {
    EXPECT_EQ(text_of(folder.database()), "new");
    EXPECT_FALSE(has("-wal") || has(".new") || has(".replacement"));
  }

  TemporaryFolder folder;
  RecordingDisk disk;
};

TEST(Replacement, PutsTheNewOneInPlace) {
  Place place;
  place.make_new();
  EXPECT_TRUE(commit_replacement(place.folder.database(), place.disk));
  place.expect_new();
}

TEST(Replacement, LeavesTheOldOneAloneUntilItIsCommitted) {
  Place place;
  place.make_new();
  EXPECT_TRUE(finish_replacement(place.folder.database(), place.disk));
  EXPECT_EQ(text_of(place.folder.database()), "old");
  EXPECT_TRUE(place.has("-wal"));
}

TEST(Replacement, IsFinishedLaterWhenTheFolderCouldNotBeSynced) {
  Place place;
  place.make_new();
  place.disk.fail(DiskCall::folder_sync, EIO);
  const auto failed = commit_replacement(place.folder.database(), place.disk);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().trouble, Trouble::broken);
  EXPECT_TRUE(place.has("-wal")) << "the old log is good until the new file is sure to be there";
  place.disk.heal();
  EXPECT_TRUE(finish_replacement(place.folder.database(), place.disk));
  place.expect_new();
}

TEST(Replacement, SaysThatThereIsNoRoomForANewName) {
  Place place;
  place.make_new();
  place.disk.fail(DiskCall::rename, ENOSPC);
  const auto failed = commit_replacement(place.folder.database(), place.disk);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().trouble, Trouble::full);
}

TEST(Replacement, KnowsTheFolderOfAPath) {
  EXPECT_EQ(folder_of("/var/lib/stentor/leases.db"), "/var/lib/stentor");
  EXPECT_EQ(folder_of("/leases.db"), "/");
  EXPECT_EQ(folder_of("leases.db"), ".");
}

}  // namespace
}  // namespace stentor::store
