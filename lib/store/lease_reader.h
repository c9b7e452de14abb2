// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reads leases in a database that the store thread may write meanwhile, for people who ask: what
// clients have said of themselves is there alone.
//
// Any thread. Made for one question and gone with it: a rewrite puts another file in the place of
// this one. Never in the writer's way (it reads the log as it stood when it began); a disk that
// does not answer holds up the caller.

#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "store/record_table.h"

namespace stentor::store {

class LeaseReader {
 public:
  static Outcome<LeaseReader> open(const std::string& path, const std::string& vfs = {});
  // For who does not know what is there, with or without a stentord that has it. Refused: what is
  // no lease database of a stentord like this one, or not whole yet.
  static base::Result<LeaseReader> open_checked(const std::string& path);

  // nullopt: there is no record of this address, or it cannot be read (ok()).
  std::optional<StoredRecord> find(wire::Ipv4Address address, const ClockPair& clocks);
  [[nodiscard]] bool ok() const { return ok_; }
  // All records, as they stood when it began; addresses ascending, one in memory at a time. False
  // of `visit` ends it.
  Outcome<void> for_each(const ClockPair& clocks,
                         const std::function<bool(const StoredRecord&)>& visit);

 private:
  explicit LeaseReader(Connection connection);

  Connection connection_;
  Statement select_;
  bool ok_ = true;
};

}  // namespace stentor::store
