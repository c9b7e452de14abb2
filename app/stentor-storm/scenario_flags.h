// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The flags that make or change a scenario. Each takes the same short text as its key of a scenario
// file (storm/short_text.h), and overrides it.

#include <deque>
#include <string>
#include <vector>

#include "storm/scenario_fit.h"
#include "storm/scenario_text.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace stentor::rig {

class ScenarioFlags {
 public:
  // Adds the flags to `app`, which must live as long as this.
  explicit ScenarioFlags(CLI::App& app);

  // Changes `file` by the flags that were given. All errors, as sentences; none: it fits together.
  [[nodiscard]] std::vector<std::string> apply(storm::ScenarioFile& file) const;

 private:
  struct Given {
    std::vector<std::string> texts;
    const CLI::Option* option = nullptr;
  };
  [[nodiscard]] std::string text_of(const storm::Misfit& misfit,
                                    const storm::Scenario& scenario) const;

  std::deque<Given> given_;  // by flag of the table; CLI11 writes into it
};

}  // namespace stentor::rig
