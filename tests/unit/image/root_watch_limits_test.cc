// SPDX-License-Identifier: BSD-3-Clause
// Goal: where the kernel tells no more, or not all, the catalogue comes to be right all the same.
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "root_watch_fixture.h"

namespace stentor::image {
namespace {

// The kernel's queue has room for 16,384 events, and three of them are a file's.
TEST_F(RootWatchTest, LosesNothingWhenTheKernelsQueueRunsOver) {
  constexpr std::size_t kFiles = 6000;
  begin();
  step();
  for (std::size_t i = 0; i < kFiles; ++i) files.write("f" + std::to_string(i), "new");
  const base::Time until = base::MonotonicClock::now() + kPatience;
  while (generation->size() != kFiles + 1 && base::MonotonicClock::now() < until) step();
  EXPECT_EQ(generation->size(), kFiles + 1);
  EXPECT_EQ(notes_with("all of the root is looked at"), 1u);
  remove("f17");
  EXPECT_TRUE(becomes("f17", "none")) << "and it goes on";
}

// In a process whose user may have few watches (user_namespaces(7)), so that no other has fewer.
// 0: `holds` held there; 1: it did not; 2: this kernel gives nobody such a place.
int with_watches_max(int count, const std::function<bool()>& holds) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWUSER) != 0) ::_exit(2);
    std::ofstream limit("/proc/sys/user/max_inotify_watches");
    limit << count << std::flush;
    ::_exit(!limit ? 2 : holds() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

TEST_F(RootWatchTest, LooksByItselfOnceTheKernelWatchesNoMore) {
  files.folder("a");
  const int result = with_watches_max(3, [&] {
    begin();
    step();
    if (watch->folders() != 2 || !notes.empty()) return false;
    files.write("a/b/c/d/new", "new");
    const bool is_served = becomes("a/b/c/d/new", "new") && watch->folders() == 0;
    files.write("first", "second");
    return becomes("first", "second") && is_served &&
           notes_with("fs.inotify.max_user_watches=") == 1;
  });
  if (result == 2) GTEST_SKIP() << "needs user namespaces";
  EXPECT_EQ(result, 0);
}

// Goal: what happened in the same moment as one folder too many is not asked of a watch that is
// gone.
TEST_F(RootWatchTest, OutlivesAFolderThatGoesWhenTheKernelWatchesNoMore) {
  files.folder("a");
  files.folder("z");
  const int result = with_watches_max(3, [&] {
    begin();
    step();
    files.write("a/b/c/new", "new");
    remove("z");
    return becomes("a/b/c/new", "new") && watch->folders() == 0;
  });
  if (result == 2) GTEST_SKIP() << "needs user namespaces";
  EXPECT_EQ(result, 0);
}

}  // namespace
}  // namespace stentor::image
