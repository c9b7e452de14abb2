// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A LeaseChange to a row of the table `record` and back, and the pairs of `meta`: what a database
// in use and one that is being built have in common. Private to lib/store.

#include <array>
#include <cstdint>
#include <optional>

#include "base/siphash.h"
#include "lease/lease_change.h"
#include "store/clock_pair.h"
#include "store/connection.h"

namespace stentor::store {

struct Meta {
  base::HashKey owner_key{};
  UtcSecond last_commit = 0;
  bool was_clean = false;
};

class RecordTable {
 public:
  RecordTable() = default;
  explicit RecordTable(Connection& connection);

  // Of a change that is not newer than what is there, nothing is kept.
  bool put(const lease::LeaseChange& change, UtcSecond changed, const ClockPair& clocks);
  bool set_last_commit(UtcSecond second);
  bool set_clean(bool clean);

 private:
  Statement upsert_;
  Statement last_commit_;
  Statement clean_;
};

bool make_meta(Connection& connection, const Meta& meta);
std::optional<Meta> read_meta(Connection& connection);

// The columns that read_record() wants, in its order.
inline constexpr const char* kSelectRecords =
    "SELECT address, state, version, expiry, owner, changed, htype, hardware, client_id, hostname, "
    "circuit_id, remote_id FROM record ORDER BY address";
// Those that read_lease() wants: the first of them.
inline constexpr const char* kSelectLeases =
    "SELECT address, state, version, expiry, owner, changed FROM record ORDER BY address";

struct StoredLease {
  lease::Lease lease;
  lease::Owner owner;
  UtcSecond changed = 0;
};

struct StoredRecord {
  lease::LeaseChange change;        // its ticket is 0
  std::optional<UtcSecond> expiry;  // as it stands on disk; nullopt: never
  UtcSecond changed = 0;
};

StoredLease read_lease(const Statement& row, const ClockPair& clocks);
StoredRecord read_record(const Statement& row, const ClockPair& clocks);

}  // namespace stentor::store
