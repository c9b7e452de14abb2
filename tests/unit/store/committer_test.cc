// SPDX-License-Identifier: BSD-3-Clause
// Goal: with real threads, every ticket of every worker comes back, and the end is clean.
#include "store/committer.h"

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

constexpr std::uint32_t kEach = 20'000;

// A worker's part: it never waits for one ticket, only for room.
void push_all(Lane& lane, std::uint32_t first_address) {
  for (std::uint32_t i = 0; i < kEach; ++i) {
    lease::LeaseChange change = bound(first_address + i, 1);
    while (!lane.push(change)) std::this_thread::yield();
  }
  while (lane.committed() < kEach) std::this_thread::yield();
}

TEST(Committer, CommitsWhatSeveralWorkersPush) {
  const TemporaryFolder folder;
  const auto database = open_or_die({folder.database()});
  std::vector<lease::LeaseChange> a(1'024), b(1'024);
  const std::array<std::span<lease::LeaseChange>, 2> storage{a, b};
  Committer committer(
      *database, [](const VisitChange&) {}, storage);
  std::thread first(push_all, std::ref(committer.lane(0)), 0);
  std::thread second(push_all, std::ref(committer.lane(1)), kEach);
  first.join();
  second.join();
  const StoreStatus status = committer.status();
  EXPECT_EQ(status.changes, 2 * kEach);
  EXPECT_FALSE(committer.is_failing());
  EXPECT_TRUE(committer.stop());
  EXPECT_TRUE(committer.stop()) << "again";
}

TEST(Committer, EndsWithWhatWasPushedLast) {
  const TemporaryFolder folder;
  {
    const auto database = open_or_die({folder.database()});
    std::vector<lease::LeaseChange> slots(64);
    const std::array<std::span<lease::LeaseChange>, 1> storage{slots};
    Committer committer(
        *database, [](const VisitChange&) {}, storage);
    for (std::uint32_t i = 0; i < 64; ++i) {
      lease::LeaseChange change = bound(i, 1);
      ASSERT_TRUE(committer.lane(0).push(change));
    }
  }
  const auto opened = Database::open({folder.database()}, clocks_after({}));
  EXPECT_TRUE(opened->was_clean);
  EXPECT_EQ(versions_in(*opened->database).size(), 64u);
}

}  // namespace
}  // namespace stentor::store
