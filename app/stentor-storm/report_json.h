// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The whole result for programs: one JSON object (RFC 8259). Times carry their unit in their key
// (`_seconds`, `_ms`), counts are those of storm/counts.def under their names, all failed machines
// are listed. What cannot be said is null. `version` goes up when a key changes its meaning or
// goes; new keys may come at any time.

#include <ostream>

#include "report.h"

namespace stentor::rig {

inline constexpr int kJsonVersion = 1;

void write_json(std::ostream& out, const ReportInput& input);

}  // namespace stentor::rig
