// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether the flags of a command line go together, beyond what its scenario must be
// (storm/scenario_fit.h): no flag is given that nobody takes notice of.

#include <string>
#include <vector>

#include "command_line.h"

namespace CLI {
class App;
}  // namespace CLI

namespace stentor::rig {

inline constexpr const char* kDeviceForms =
    "a PCI address like 0000:3b:00.0, interface:NAME or vdev:DRIVER[,ARGUMENTS]";

// Adds a sentence to `errors` for each that does not. `app` knows which flags were given; all their
// texts were right.
void check_together(const CommandLine& line, const CLI::App& app, std::vector<std::string>& errors);

}  // namespace stentor::rig
