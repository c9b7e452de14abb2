// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Writes a whole file or none: a stentord that loads meanwhile sees the old one or the new one.
// What is there and no regular file (a device, a FIFO) stays what it is, and is written into.

#include <string>
#include <string_view>

#include "base/error.h"

namespace stentor::ctl {

// "-", or any name of what standard output is, like /dev/stdout.
[[nodiscard]] bool is_standard_output(const std::string& path);

// Where `path` is a symbolic link, the file that it leads to is written, there or not.
tl::expected<void, base::Error> write_output(const std::string& path, std::string_view text);

}  // namespace stentor::ctl
