// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stands in the lease database: schema.md describes it, schema.cc has the steps that lead from
// each version to the next.

#include <cstdint>

#include "store/connection.h"

namespace stentor::store {

// "Sten": SQLite's application_id of our files.
inline constexpr std::int64_t kApplicationId = 0x5374656e;
// SQLite's user_version of the files that this program writes.
std::int64_t schema_version();

// Takes a database of an older version, 0 for an empty one, to ours; all or nothing.
Outcome<void> migrate(Connection& connection);

}  // namespace stentor::store
