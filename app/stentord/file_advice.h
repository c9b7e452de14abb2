// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a configuration says of files, held against what lies under the root. A sentence each,
// without its full stop.

#include <string>
#include <vector>

#include "config/settings.h"
#include "image/generation.h"

namespace stentor {

// For `stentord --check`: boot files, targets of aliases and files of access rules that are not
// there (they may come later), and files that clash. Reads no file.
std::vector<std::string> file_advice(const config::Settings& settings);

// Where paths have no case.
std::string clash_advice(const image::CaseClash& clash);

}  // namespace stentor
