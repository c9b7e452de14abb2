// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A storm that never was: a result with everything in it that a report can show, from a seed. Times
// are drawn, so that they look as measured ones do; sums agree with the machines.

#include <cstdint>
#include <string>
#include <vector>

#include "report.h"

namespace stentor::rig {

struct MadeUpStorm {
  storm::Scenario scenario;
  storm::Result result;
  std::vector<storm::GoalVerdict> verdicts;
  std::string environment;

  [[nodiscard]] ReportInput input() const { return {scenario, result, verdicts, environment}; }
};

// `fails`: the share of machines that do not boot.
MadeUpStorm made_up_storm(std::uint32_t machines, double fails = 0.013, std::uint64_t seed = 1);

}  // namespace stentor::rig
