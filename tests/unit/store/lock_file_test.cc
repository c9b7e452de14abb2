// SPDX-License-Identifier: BSD-3-Clause
// Goal: of two processes with one database the second is told who the first is.
#include "store/lock_file.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

TEST(LockFile, NamesWhoHasIt) {
  const TemporaryFolder folder;
  const auto first = LockFile::take(folder.database());
  ASSERT_TRUE(first);
  const auto second = LockFile::take(folder.database());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().sentence,
              testing::HasSubstr(folder.database() + " is in use by another stentord (process " +
                                 std::to_string(::getpid()) + ")"));
}

TEST(LockFile, IsFreeOnceItsHolderIsGone) {
  const TemporaryFolder folder;
  { ASSERT_TRUE(LockFile::take(folder.database())); }
  EXPECT_TRUE(LockFile::take(folder.database()));
}

TEST(LockFile, OutlivesNoProcessThatWasKilled) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = LockFile::take(folder.database());
    ::raise(lock ? SIGKILL : SIGTERM);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_TRUE(LockFile::take(folder.database()));
}

TEST(LockFile, SaysWhereItCannotBeMade) {
  const auto lock = LockFile::take("/nowhere/leases.db");
  ASSERT_FALSE(lock);
  EXPECT_THAT(lock.error().sentence, testing::HasSubstr("cannot open /nowhere/leases.db.lock"));
}

}  // namespace
}  // namespace stentor::store
