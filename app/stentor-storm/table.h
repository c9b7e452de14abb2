// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A storm's result for people, as plain text: what stdout gets when it is over.

#include <string>

#include "report.h"

namespace stentor::rig {

std::string result_table(const ReportInput& input);

}  // namespace stentor::rig
