// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Writes a whole file or none: a stentord that loads meanwhile sees the old one or the new one.

#include <string>
#include <string_view>

#include "base/error.h"

namespace stentor::ctl {

// `path` "-" is standard output.
tl::expected<void, base::Error> write_output(const std::string& path, std::string_view text);

}  // namespace stentor::ctl
