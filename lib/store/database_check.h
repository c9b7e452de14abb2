// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether a file is a lease database that this stentord knows. Private to lib/store.

#include <cstdint>
#include <string>

#include "base/error.h"

namespace stentor::store {

// Looked at without SQLite, which would play a log into the file. True: it is ours. False: there is
// none, or an empty one.
base::Result<bool> check_database_file(const std::string& path);

// Of one that a newer stentord wrote.
std::string version_sentence(const std::string& path, std::int64_t version);

}  // namespace stentor::store
