// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the store thread does again and again: gather, commit, publish; and what it does instead
// while the database fails. No thread and no clock of its own: the committer has them, tests bring
// theirs.
//
// While the database fails (DESIGN section 5):
//  - what comes through the lanes is failed at once, so that no lane fills and no ACK waits;
//  - it is held all the same, and applied once that works again: the database was only locked or
//    full, so with what is held nothing is missing;
//  - when more came than can be held, or it is not known what is on disk, a whole new database is
//    made of the table in memory. What is drained during that is held as well, since the visit may
//    be past its address already;
//  - each try that fails doubles the time to the next.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/lane.h"

namespace stentor::store {

struct CommitOptions {
  std::size_t batch_changes_max = 4'096;
  // 8 MiB of what came while the database failed; more costs a rewrite.
  std::size_t held_changes_max = 16'384;
  base::Duration retry_first = std::chrono::milliseconds{100};
  base::Duration retry_longest = std::chrono::seconds{5};
  // Records that ended are kept for a day: for people, and so that a client that comes back may be
  // known. 1,000 are looked at a time, once a second.
  std::chrono::seconds keep_ended = std::chrono::hours{24};
  std::size_t prune_rows = 1'000;
  base::Duration prune_interval = std::chrono::seconds{1};
  // As Database::Opened says it: until the wall clock has passed the last commit, time on disk goes
  // on from there.
  base::Duration clock_is_behind_by{};
  HostBook* hosts = nullptr;  // whose changes are committed too; outlives the cycle. Null: none
};

// A step of the wall clock by more than this moves the times on disk along; less is rounding.
inline constexpr base::Duration kClockStepMin = std::chrono::seconds{1};

// For people. Times are UTC.
struct StoreStatus {
  bool is_failing = false;
  std::string sentence;         // why, of the last failure; kept when it is over
  UtcSecond failing_since = 0;  // the last time it began; 0: never
  std::uint64_t commits = 0;    // batches
  std::uint64_t changes = 0;    // in them
  std::uint64_t failed = 0;     // changes whose ACK was dropped
  std::uint64_t failures = 0;   // calls that failed, tries included
  std::uint64_t rewrites = 0;   // whole new databases
  std::uint64_t pruned = 0;     // records
};

class CommitCycle {
 public:
  using Lanes = std::vector<std::unique_ptr<Lane>>;

  // All outlive the cycle. `source`: every lease that lives in the table, addresses ascending; it
  // is called in step(), while workers change the table.
  CommitCycle(Database& database, Source source, Lanes& lanes, CommitOptions options);

  // One look at the lanes. True: there was something to do.
  bool step(const ClockPair& clocks);
  // After the last push: everything to disk, and the mark of a clean end. False: it failed, and the
  // mark is not there.
  bool finish(const ClockPair& clocks);

  // Any thread.
  [[nodiscard]] bool is_failing() const { return is_failing_.load(); }
  [[nodiscard]] StoreStatus status() const;

 private:
  ClockPair disk_time(const ClockPair& clocks);
  bool follow(const ClockPair& clocks);
  bool step_at(const ClockPair& clocks);
  bool finish_at(const ClockPair& clocks);
  void gather();
  void take_from(std::size_t lane, std::size_t limit);
  bool commit(const ClockPair& clocks);
  bool tidy(const ClockPair& clocks);
  void fail(const Failure& failure, const ClockPair& clocks);
  void hold();
  void recover(const ClockPair& clocks);
  Outcome<void> rewrite(const ClockPair& clocks);
  void end_failing();
  void publish_committed();

  Database& database_;
  const Source source_;
  Lanes& lanes_;
  const CommitOptions options_;

  // The store thread's.
  std::vector<lease::LeaseChange> batch_;  // batch_changes_max places, of which count_ are in use
  std::size_t count_ = 0;
  std::vector<HostChange> host_batch_;  // what was taken from the book
  std::vector<std::uint64_t> drained_;  // a lane each: the last ticket that was taken from it
  std::size_t first_lane_ = 0;          // whose turn it is to be first
  std::vector<lease::LeaseChange> held_;
  bool needs_rewrite_ = false;
  base::Duration retry_after_{};
  base::Time retry_at_{};
  // The wall clock that times on disk are of, less the monotonic one; nullopt: nothing was written.
  std::optional<base::Duration> offset_;
  std::optional<UtcSecond> behind_since_;  // it is not the machine's yet (clock_is_behind_by)
  base::Time prune_at_{};

  std::atomic<bool> is_failing_{false};  // written by the store thread, read by control
  mutable std::mutex mutex_;
  StoreStatus status_;  // guarded by mutex_
};

}  // namespace stentor::store
