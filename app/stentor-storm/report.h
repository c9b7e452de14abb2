// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What every kind of report is made from. The writers (report_json.h, report_csv.h, report_html.h)
// are `void write_KIND(std::ostream&, const ReportInput&)`; they read this and nothing else, so a
// report can be made, and tested, without a storm.

#include <span>
#include <string>

#include "storm/goal.h"
#include "storm/result.h"
#include "storm/scenario.h"

namespace stentor::rig {

struct ReportInput {
  const storm::Scenario& scenario;
  const storm::Result& result;
  std::span<const storm::GoalVerdict> verdicts;  // in the order of the goals; may be none
  // Lines "NAME: VALUE": program, device, cores, processor, kernel, when it began, the command.
  std::string environment;
};

}  // namespace stentor::rig
