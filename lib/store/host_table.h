// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A host that was set at run time to a row of the table `host` and back. Private to lib/store.

#include <functional>

#include "store/connection.h"
#include "store/host_book.h"

namespace stentor::store {

class HostTable {
 public:
  HostTable() = default;
  explicit HostTable(Connection& connection);

  bool put(const HostChange& change);

 private:
  Statement upsert_;
  Statement erase_;
};

// All rows. False: they cannot be read.
bool for_each_host(Connection& connection,
                   const std::function<void(const config::RunTimeHost&)>& visit);

}  // namespace stentor::store
