// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether a scenario can be run: limits, ranges and what belongs together. The first thing that is
// wrong, as a sentence.

#include "base/error.h"
#include "storm/scenario.h"

namespace stentor::storm {

base::Result<void> check_scenario(const Scenario& scenario);

}  // namespace stentor::storm
