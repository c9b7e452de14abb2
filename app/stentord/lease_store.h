// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The leases on disk, as the configuration has them: opened and loaded by the control thread at
// start, then written by the store's thread until stop().

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "config/settings.h"
#include "lease/tables_setup.h"
#include "store/committer.h"
#include "worker/store_end.h"

namespace stentor {

class LeaseStore {
 public:
  // Not for `durability: memory`. An error is one sentence.
  static base::Result<std::unique_ptr<LeaseStore>> open(const config::Leases& leases);
  LeaseStore(const LeaseStore&) = delete;
  LeaseStore& operator=(const LeaseStore&) = delete;
  // The disk must have answered by then (stop()).
  ~LeaseStore() { static_cast<void>(stop()); }

  // What leases::owner_of() is to be keyed by.
  [[nodiscard]] const base::HashKey& owner_key() const { return database_->owner_key(); }

  // Before any worker: the table gets what the disk has. Logs what came of it.
  base::Result<void> load(lease::Tables& tables, base::Time now);
  // Before the tables are made, which have their addresses.
  base::Result<void> load_hosts(store::HostBook& hosts);
  // `tables` and `hosts` outlive the store.
  void start(lease::Tables& tables, store::HostBook& hosts, std::size_t workers);
  // Fixed for good, so for any thread.
  [[nodiscard]] const std::string& path() const { return leases_.database; }
  // By worker, once it has started.
  [[nodiscard]] std::span<const worker::StoreEnd> ends() const { return ends_; }

  // The API's thread alone: a change of its own, which is on disk when this returns. False: it is
  // not, and may get there later all the same.
  [[nodiscard]] bool commit(lease::LeaseChange& change, base::Duration patience);

  // Now and then: says so when leases no longer reach the disk, and when they do again. Workers
  // learn it from here too: one that learns it late promises nothing, for its ACKs wait.
  void tick(base::Time now);
  // A sentence while leases do not reach the disk, as the log has it; else empty.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] store::StoreStatus status() const {
    return committer_ ? committer_->status() : store::StoreStatus{};
  }

  // Once no worker runs: what they have changed goes to disk. False: the disk does not answer, and
  // nobody can wait for the end of that.
  [[nodiscard]] bool stop();

 private:
  LeaseStore(const config::Leases& leases, store::Database::Opened opened);
  // Not before the last commit, whatever the machine's clock says.
  [[nodiscard]] store::ClockPair disk_time() const;

  const config::Leases leases_;
  const base::Duration clock_is_behind_by_;
  std::unique_ptr<store::Database> database_;
  std::vector<std::vector<lease::LeaseChange>> lanes_;  // their storage: by worker, then the API's
  std::unique_ptr<store::Committer> committer_;
  std::vector<worker::StoreEnd> ends_;
  std::string trouble_;
  std::atomic<bool> is_failing_{false};  // written by control, read by workers
};

}  // namespace stentor
