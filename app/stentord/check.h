// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentord --check`: what is wrong with a configuration file, without serving.

#include <string>

namespace stentor {

// Prints every error to stderr and every warning and the verdict to stdout. Returns the exit
// status.
int check_config(const std::string& path);

}  // namespace stentor
