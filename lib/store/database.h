// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The leases on disk: one SQLite file (schema.md), which the sqlite3 command can read meanwhile.
//
// Thread: one at a time; in the appliance the control thread opens and loads, and the store thread
// has it from then on.
//
// Invariants:
//  1. What apply() returned success for is on disk, and found again after any crash.
//  2. Of an address, the newest version that was applied is there, in whatever order they came.
//  3. A failed call changed nothing that a reader sees; what the disk has is then only known for
//     Trouble::locked and Trouble::full. For Trouble::broken, rewrite() is the way on.
//
// Durable by a write-ahead log, synced at each commit. The log is copied into the file by
// checkpoint_if_due(), not within apply(), and never by closing: only end_cleanly() does it then.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "store/host_table.h"
#include "store/lock_file.h"
#include "store/rebuild.h"

namespace stentor::store {

class Database {
 public:
  struct Opened {
    std::unique_ptr<Database> database;
    bool was_created = false;
    // The last stentord ended by itself, with everything written.
    bool was_clean = true;
    // The clock stands before the last commit: until it has passed, no address may be given to
    // somebody new, for leases of that time may look as if they had not begun. 0: it does not.
    base::Duration clock_is_behind_by{};
  };

  // Opens or creates it (mode 0600). The folder must exist, and nobody but its owner and group may
  // write it. Refused, with a sentence: a database that another process has, that another program
  // made, or that a newer stentord wrote; such a file is not changed.
  static base::Result<Opened> open(DatabaseFile file, const ClockPair& clocks);

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Random, made with the database: what lease::owner_of() is keyed by, so that hashes of owners
  // mean the same after a restart.
  [[nodiscard]] const base::HashKey& owner_key() const { return owner_key_; }

  // All of it or nothing; one sync.
  Outcome<void> apply(std::span<const lease::LeaseChange> changes,
                      std::span<const HostChange> hosts, const ClockPair& clocks);
  Outcome<void> apply(std::span<const lease::LeaseChange> changes, const ClockPair& clocks) {
    return apply(changes, {}, clocks);
  }

  // Looks at the next `rows` records and deletes those that ended, and were last changed, before
  // `ended_before`; begins again after the last. Returns how many it deleted. What is in a lane
  // must not be older, or an overtaken version could come back: allow minutes.
  Outcome<std::size_t> prune(UtcSecond ended_before, std::size_t rows);

  // The wall clock was set: what is on disk in its seconds is moved by as many. `since`: of records
  // that were changed before that second, nothing.
  Outcome<void> shift(std::int64_t seconds, std::optional<UtcSecond> since);

  // Copies the log into the file once it has grown enough. Readers do not stop it.
  Outcome<void> checkpoint_if_due();

  // Addresses ascending.
  Outcome<void> load(const ClockPair& clocks, const std::function<void(const StoredLease&)>& visit);
  Outcome<void> for_each(const ClockPair& clocks,
                         const std::function<void(const StoredRecord&)>& visit);
  Outcome<void> load_hosts(const VisitHost& visit);

  // Makes a whole new database of what `source` and `hosts` say and puts it in this one's place.
  // When it fails, the old one is still there, or the new one already: nothing else is written
  // before it has succeeded.
  Outcome<void> rewrite(const Source& source, const HostSource& hosts, const ClockPair& clocks);

  // Says in the file that nothing is missing, and leaves no log. Nothing else may follow.
  Outcome<void> end_cleanly(const ClockPair& clocks);

 private:
  struct Statements {
    explicit Statements(Connection& connection);
    RecordTable table;
    HostTable hosts;
    Statement begin, commit;
    Statement prune_to, prune;
  };

  Database(DatabaseFile file, LockFile lock);
  Outcome<void> connect();
  Outcome<void> begin_use(const ClockPair& clocks, Opened& opened);
  Outcome<void> create(const ClockPair& clocks);
  Failure give_up();
  [[nodiscard]] Failure superseded() const;

  const DatabaseFile file_;
  const LockFile lock_;
  base::HashKey owner_key_{};
  Connection connection_;
  std::optional<Statements> statements_;          // of connection_; none: nothing may be written
  std::vector<const lease::LeaseChange*> order_;  // apply()'s, kept for its memory
  std::int64_t prune_after_ = -1;                 // the last address that prune() looked at
  int log_pages_ = 0;                             // of the write-ahead log, at the last commit
  int log_pages_due_ = 0;                         // at which the next checkpoint is made
};

}  // namespace stentor::store
