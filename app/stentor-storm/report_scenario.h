// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the storm was, in the words that flags and scenario files take (storm/short_text.h), without
// what its scenario left at "nothing".

#include <string>
#include <vector>

#include "storm/scenario.h"

namespace stentor::rig {

struct Line {
  std::string name;
  std::string value;
};

std::vector<Line> scenario_lines(const storm::Scenario& scenario);
std::vector<Line> group_lines(const storm::Group& group);  // but for its name and its size

}  // namespace stentor::rig
