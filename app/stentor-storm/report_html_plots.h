// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The plots of the HTML report, as HTML. A timeline of any length becomes kTimelineShown points:
// neighbouring intervals are joined, nothing is left out.

#include <string>

#include "report.h"

namespace stentor::rig {

std::string machines_over_time(const ReportInput& input);
std::string bytes_over_time(const ReportInput& input);
std::string resends_over_time(const ReportInput& input);
std::string latency_plots(const ReportInput& input);

}  // namespace stentor::rig
