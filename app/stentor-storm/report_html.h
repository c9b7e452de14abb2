// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The report for people: one HTML file that loads nothing, with plots as inline SVG, light and
// dark, from 320 px of width up. Its structure is report.html, its look report.css. What came from
// files or from the wire is escaped, and by its own Content-Security-Policy the page runs no script
// and takes no style but those it was built with. Its size is bounded, however many machines there
// were: at most kTimelineShown points a curve, kFailedShown failed and kSlowestShown slow machines.

#include <cstddef>
#include <ostream>

#include "report.h"

namespace stentor::rig {

inline constexpr std::size_t kTimelineShown = 240;
inline constexpr std::size_t kFailedShown = 100;
inline constexpr std::size_t kFailureSitesShown = 50;

void write_html(std::ostream& out, const ReportInput& input);

}  // namespace stentor::rig
