// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The bytes of a file that an operator named. A FIFO without a writer must not hang the start, and
// a file that grows meanwhile must not fill the memory.

#include <string>
#include <string_view>

#include "base/error.h"

namespace stentor::config {

// `what`: completes "name a readable ..." in the sentence, which does not hold the path.
base::Result<std::string> read_file_text(const std::string& path, std::string_view what,
                                         std::size_t bytes_max);
// The same of a file that nobody but its owner may read, write or run.
base::Result<std::string> read_secret_file_text(const std::string& path, std::string_view what,
                                                std::size_t bytes_max);

}  // namespace stentor::config
