// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One row a machine, by number, for spreadsheets and data frames: RFC 4180, with a header row whose
// names carry the units. Empty fields: never happened.

#include <ostream>

#include "report.h"

namespace stentor::rig {

void write_csv(std::ostream& out, const ReportInput& input);

}  // namespace stentor::rig
