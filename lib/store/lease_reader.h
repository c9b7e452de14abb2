// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Looks single leases up in a database that the store thread writes meanwhile, for people who ask:
// what clients have said of themselves is there alone.
//
// Any thread. Made for one question and gone with it: a rewrite puts another file in the place of
// this one. Never in the writer's way (it reads the log as it stood when it began); a disk that
// does not answer holds up the caller.

#include <optional>
#include <string>

#include "store/record_table.h"

namespace stentor::store {

class LeaseReader {
 public:
  static Outcome<LeaseReader> open(const std::string& path, const std::string& vfs = {});

  // nullopt: there is no record of this address, or it cannot be read (ok()).
  std::optional<StoredRecord> find(wire::Ipv4Address address, const ClockPair& clocks);
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  explicit LeaseReader(Connection connection);

  Connection connection_;
  Statement select_;
  bool ok_ = true;
};

}  // namespace stentor::store
