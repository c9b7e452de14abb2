// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The configuration that a command line stands for: a file, or what is derived from an interface.
// Read at start, and again by each reload.

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "command_line.h"
#include "config/settings.h"

namespace stentor {

// An error is all that is wrong, a line each. `prints_derived`: what is derived is shown on
// standard output.
tl::expected<config::Settings, std::vector<std::string>> read_settings(const CommandLine& line,
                                                                       bool prints_derived);

}  // namespace stentor
