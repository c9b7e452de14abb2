// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// openat2(2) with RESOLVE_BENEATH: no path, link or race leads out of the folder.

#include <string>

#include "base/descriptor.h"

namespace stentor::image {

// Opens `path` beneath `folder` with the flags of open(2); always non-blocking and close-on-exec.
// Without a descriptor errno says why.
base::Descriptor open_beneath(const base::Descriptor& folder, const std::string& path, int flags);

// Why a path beneath the root cannot be used: a sentence from errno. `is_link`: the path's last
// part is a symbolic link.
std::string open_failure(int error, bool is_link);

}  // namespace stentor::image
