// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// When each machine of a storm is switched on. Cold: made once, with the plan.

#include <cstdint>
#include <vector>

#include "storm/scenario.h"

namespace stentor::storm {

// By machine number, since the start of the storm, never falling. The same seed, the same times.
std::vector<base::Duration> make_arrivals(const Arrival& arrival, std::uint64_t machines,
                                          std::uint64_t seed);

}  // namespace stentor::storm
