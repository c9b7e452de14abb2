// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The tables and lists of facts of the HTML report, as HTML. Each scrolls inside itself where the
// screen is narrow; what there is nothing of is a sentence.

#include <string>

#include "report.h"

namespace stentor::rig {

std::string latency_table(const ReportInput& input);
std::string stage_tables(const ReportInput& input);
std::string failure_table(const ReportInput& input);
std::string failed_machines_table(const ReportInput& input);
std::string slowest_machines_table(const ReportInput& input);
std::string scenario_facts(const ReportInput& input);
std::string environment_facts(const ReportInput& input);
std::string counter_tables(const ReportInput& input);

}  // namespace stentor::rig
