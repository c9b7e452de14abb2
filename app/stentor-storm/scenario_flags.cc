// SPDX-License-Identifier: BSD-3-Clause
#include "scenario_flags.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "config/report.h"
#include "scenario_flag.h"
#include "storm/scenario_fit.h"

namespace stentor::rig {
namespace {

using storm::Parsed;
using storm::ScenarioFile;

Parsed<void> apply_to(const ScenarioFlag& flag, const std::string& text, ScenarioFile& file) {
  if (flag.to_group != nullptr) return flag.to_group(text, file.scenario.groups.front());
  if (flag.to_scenario != nullptr) return flag.to_scenario(text, file.scenario);
  return flag.to_file(text, file);
}

// "--vlan, --mac": the flags behind a key; "the scenario" if none is.
std::string flags_of(const std::string& key) {
  std::string names;
  for (const ScenarioFlag& flag : scenario_flags()) {
    if (key == flag.key) names += (names.empty() ? "" : ", ") + std::string(flag.name);
  }
  return names.empty() ? "the scenario" : names;
}

}  // namespace

ScenarioFlags::ScenarioFlags(CLI::App& app) {
  for (const ScenarioFlag& flag : scenario_flags()) {
    Given& given = given_.emplace_back();
    CLI::Option* option = app.add_option(flag.name, given.texts, flag.help)
                              ->type_name(flag.value)
                              ->group(flag.section)
                              ->expected(1)
                              ->allow_extra_args(false);
    option->multi_option_policy(flag.repeatable ? CLI::MultiOptionPolicy::TakeAll
                                                : CLI::MultiOptionPolicy::Throw);
    given.option = option;
  }
}

std::vector<std::string> ScenarioFlags::apply(ScenarioFile& file) const {
  std::vector<std::string> errors;
  for (std::size_t at = 0; at < scenario_flags().size(); ++at) {
    const ScenarioFlag& flag = scenario_flags()[at];
    const Given& given = given_[at];
    if (given.option->count() == 0) continue;
    if (flag.to_group != nullptr && file.scenario.groups.size() > 1) {
      errors.push_back(fmt::format(
          "{}: the scenario has {} groups, and a flag cannot tell which is meant; change it in the "
          "file",
          flag.name, file.scenario.groups.size()));
      continue;
    }
    if (flag.clear != nullptr) flag.clear(file);
    for (const std::string& text : given.texts) {
      if (const auto done = apply_to(flag, text, file); !done) {
        errors.push_back(
            fmt::format("{} {}: {}", flag.name, config::in_quotes(text), done.error()));
      }
    }
  }
  if (!errors.empty()) return errors;
  for (const storm::Misfit& misfit : storm::find_misfits(file.scenario)) {
    errors.push_back(flags_of(misfit.key) + ": " + misfit.sentence);
  }
  return errors;
}

}  // namespace stentor::rig
