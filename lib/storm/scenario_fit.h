// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What no single value of a scenario can tell: whether its values fit together. Asked once all of
// it is known, from a file or from flags.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "storm/scenario.h"

namespace stentor::storm {

// Where: a key of the scenario file, of group `group` if there is one; flags have the same names.
struct Misfit {
  std::optional<std::size_t> group;
  std::string key;
  std::string sentence;
};

std::vector<Misfit> find_misfits(const Scenario& scenario);

}  // namespace stentor::storm
