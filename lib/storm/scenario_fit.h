// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a scenario must be to be run: the only list of rules, for one from a file, from flags or
// from code. Ranges, limits, and what belongs together.
//
// What has a short text (short_text.h) is held to what is read there; so a file and flags refuse it
// where it stands, and never get here. A new rule goes where its subject is (scenario_rule.h).

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "storm/scenario.h"

namespace stentor::storm {

// Where: a key of the scenario file ("link.loss" for one within a section), of group `group` if
// there is one. `sentence` fits behind it: what is wrong, and what is right.
struct Misfit {
  std::optional<std::size_t> group;
  std::string key;
  std::string sentence;
};

// All of them, groups first; none: the scenario can be run, if its files are there.
std::vector<Misfit> find_misfits(const Scenario& scenario);

// "group rack7: mac: SENTENCE", "link.loss: SENTENCE".
std::string text_of(const Misfit& misfit, const Scenario& scenario);

}  // namespace stentor::storm
