// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is said of hosts at run time is committed as leases are; while the disk fails who
// waits hears so, and once it is well again it has the last word on each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "cycle_rig.h"

namespace stentor::store {
namespace {

using config::RunTimeHost;

// The book outlives the cycle.
struct WithBook {
  HostBook book;
};
struct HostRig : WithBook, CycleRig {
  explicit HostRig(CommitOptions options = {}) : CycleRig(with(book, options)) {}

  static CommitOptions with(HostBook& book, CommitOptions options) {
    options.hosts = &book;
    return options;
  }
  // As after a kill.
  Hosts hosts_on_disk() {
    static_cast<void>(on_disk());
    return hosts_in(*database);
  }
  // Of which it is known that it does not take more.
  void fail_by(DiskCall call, int code) {
    disk.fail(call, code);
    bind(0, 1, ++lease_version);
    step();
    ASSERT_TRUE(cycle->is_failing());
  }

  std::uint32_t lease_version = 0;
};

TEST(CommitCycleHosts, AreCommittedWithoutAnyLease) {
  HostRig rig;
  rig.step();
  const auto ticket = rig.book.put(named_host(1, 1));
  EXPECT_EQ(rig.book.committed(), 0u);
  EXPECT_TRUE(rig.step()) << "there was something to do";
  EXPECT_EQ(rig.book.committed(), ticket);
  EXPECT_EQ(rig.book.failed_up_to(), 0u);
  EXPECT_FALSE(rig.step());
  EXPECT_EQ(rig.hosts_on_disk(), hosts_of({named_host(1, 1)}));
}

TEST(CommitCycleHosts, AreCommittedTogetherWithLeases) {
  HostRig rig;
  rig.bind(0, 7, 1);
  rig.book.put(named_host(1, 1));
  rig.step();
  EXPECT_EQ(rig.cycle->status().commits, 1u);
  EXPECT_EQ(rig.lanes[0]->committed(), 1u);
  EXPECT_EQ(rig.book.committed(), 1u);
  EXPECT_EQ(rig.on_disk(), (Versions{{7, 1}}));
  EXPECT_EQ(hosts_in(*rig.database), hosts_of({named_host(1, 1)}));
}

TEST(CommitCycleHosts, AreCommittedAFewAtATime) {
  HostRig rig({.batch_changes_max = 2});
  for (std::uint32_t i = 1; i <= 5; ++i) rig.book.put(named_host(i, 1));
  for (const std::uint64_t committed : {2U, 4U, 5U}) {
    EXPECT_TRUE(rig.step());
    EXPECT_EQ(rig.book.committed(), committed);
  }
  EXPECT_EQ(rig.hosts_on_disk().size(), 5u);
}

TEST(CommitCycleHosts, AreForgottenOnDiskToo) {
  HostRig rig;
  rig.book.put(named_host(1, 1));
  rig.book.put(named_host(2, 1));
  rig.step();
  const auto ticket = rig.book.put({.mac = host_mac(1)});
  rig.step();
  EXPECT_EQ(rig.book.committed(), ticket);
  EXPECT_EQ(rig.hosts_on_disk(), hosts_of({named_host(2, 1)}));
}

// Of a full disk what waits is held; after an error a whole new database is written.
struct HostFault {
  const char* name;
  DiskCall call;
  int code;
  std::uint64_t rewrites;
};
class CommitCycleHostFault : public testing::TestWithParam<HostFault> {};

TEST_P(CommitCycleHostFault, IsToldToWhoWaitsAndIsMadeGoodByTheLastWord) {
  HostRig rig;
  for (const std::uint32_t number : {1U, 2U, 3U}) rig.book.put(named_host(number, 1));
  rig.step();
  rig.disk.fail(GetParam().call, GetParam().code);
  const auto first = rig.book.put(named_host(1, 2));
  EXPECT_TRUE(rig.step());
  EXPECT_TRUE(rig.cycle->is_failing());
  EXPECT_EQ(rig.book.committed(), 3u);
  EXPECT_EQ(rig.book.failed_up_to(), first);

  // Who comes meanwhile hears it at once, not at the next try.
  const auto second = rig.book.put({.mac = host_mac(2)});
  rig.step();
  EXPECT_EQ(rig.book.failed_up_to(), second);
  EXPECT_EQ(rig.cycle->status().failures, 1u);
  const auto third = rig.book.put(named_host(4, 1));
  rig.step_after(kFirst);
  EXPECT_EQ(rig.cycle->status().failures, 2u) << "a try that fails";
  EXPECT_EQ(rig.book.failed_up_to(), third);
  EXPECT_EQ(rig.book.committed(), 3u);

  rig.disk.heal();
  const auto last = rig.book.put(named_host(1, 3));
  rig.step_after(2 * kFirst);
  EXPECT_FALSE(rig.cycle->is_failing());
  EXPECT_EQ(rig.book.committed(), last);
  EXPECT_EQ(rig.cycle->status().rewrites, GetParam().rewrites);
  EXPECT_EQ(rig.hosts_on_disk(), hosts_of({named_host(1, 3), named_host(3, 1), named_host(4, 1)}));
}

INSTANTIATE_TEST_SUITE_P(Kinds, CommitCycleHostFault,
                         testing::Values(HostFault{"disk_full", DiskCall::write, SQLITE_FULL, 0},
                                         HostFault{"lock", DiskCall::lock, SQLITE_BUSY, 0},
                                         HostFault{"sync_error", DiskCall::sync, SQLITE_IOERR_FSYNC,
                                                   1}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(CommitCycleHosts, AreInAWholeNewDatabase) {
  HostRig rig;
  for (const std::uint32_t number : {1U, 2U, 3U}) rig.book.put(named_host(number, 1));
  rig.step();
  rig.fail_by(DiskCall::sync, SQLITE_IOERR_FSYNC);
  rig.disk.heal();
  rig.step_after(kFirst);
  ASSERT_EQ(rig.cycle->status().rewrites, 1u);
  EXPECT_EQ(rig.hosts_on_disk(), hosts_of({named_host(1, 1), named_host(2, 1), named_host(3, 1)}))
      << "that waited for nothing";
}

TEST(CommitCycleHosts, AreKeptThatComeWhileTheTableIsVisited) {
  HostRig rig;
  for (std::uint32_t i = 0; i < 8'192; ++i) rig.table[i] = bound(i, 1);
  rig.book.put(named_host(1, 1));
  rig.step();
  rig.fail_by(DiskCall::sync, SQLITE_IOERR_FSYNC);
  rig.disk.heal();
  std::uint64_t ticket = 0;
  rig.during_visit = [&] { ticket = rig.book.put(named_host(1, 2)); };
  rig.step_after(kFirst);
  ASSERT_EQ(rig.cycle->status().rewrites, 1u);
  EXPECT_EQ(rig.book.failed_up_to(), ticket) << "it is not kept waiting";
  EXPECT_EQ(rig.book.committed(), ticket);
  EXPECT_EQ(rig.hosts_on_disk(), hosts_of({named_host(1, 2)}));
}

TEST(CommitCycleHosts, WaitOnAfterARewriteThatFailed) {
  HostRig rig;
  rig.fail_by(DiskCall::sync, SQLITE_IOERR_FSYNC);
  const auto ticket = rig.book.put(named_host(1, 1));
  rig.step_after(kFirst);
  EXPECT_EQ(rig.cycle->status().failures, 2u);
  EXPECT_EQ(rig.book.committed(), 0u);
  EXPECT_EQ(rig.book.failed_up_to(), ticket);
  rig.disk.heal();
  rig.step_after(2 * kFirst);
  EXPECT_EQ(rig.book.committed(), ticket);
  EXPECT_EQ(rig.hosts_on_disk(), hosts_of({named_host(1, 1)}));
}

TEST(CommitCycleHosts, AreWrittenAtTheEndAsFarAsTheyWait) {
  HostRig rig({.batch_changes_max = 2});
  for (std::uint32_t i = 1; i <= 5; ++i) rig.book.put(named_host(i, 1));
  EXPECT_TRUE(rig.cycle->finish(clocks_after({})));
  EXPECT_EQ(rig.book.committed(), 5u);
  rig.cycle.reset();
  rig.database.reset();
  const auto opened = Database::open(rig.file(), clocks_after({}));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->was_clean);
  EXPECT_EQ(hosts_in(*opened->database).size(), 5u);
}

TEST(CommitCycleHosts, AreWrittenAtTheEndOfAFailure) {
  HostRig rig;
  rig.fail_by(DiskCall::write, SQLITE_FULL);
  rig.disk.heal();
  rig.book.put(named_host(1, 1));
  EXPECT_TRUE(rig.cycle->finish(rig.clocks()));
  EXPECT_EQ(rig.book.committed(), 1u);
  EXPECT_EQ(rig.hosts_on_disk(), hosts_of({named_host(1, 1)}));
}

TEST(CommitCycleHosts, AreNotCalledWrittenWhenTheEndFails) {
  HostRig rig;
  const auto ticket = rig.book.put(named_host(1, 1));
  rig.disk.fail(DiskCall::write, SQLITE_FULL);
  EXPECT_FALSE(rig.cycle->finish(rig.clocks()));
  EXPECT_EQ(rig.book.committed(), 0u);
  EXPECT_EQ(rig.book.failed_up_to(), ticket);
  EXPECT_EQ(rig.hosts_on_disk(), Hosts{});
}

}  // namespace
}  // namespace stentor::store
