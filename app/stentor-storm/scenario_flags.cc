// SPDX-License-Identifier: BSD-3-Clause
#include "scenario_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "config/report.h"
#include "scenario_flag.h"

namespace stentor::rig {
namespace {

using storm::Parsed;
using storm::ScenarioFile;

Parsed<void> apply_to(const ScenarioFlag& flag, const std::string& text, ScenarioFile& file) {
  if (flag.to_group != nullptr) return flag.to_group(text, file.scenario.groups.front());
  if (flag.to_scenario != nullptr) return flag.to_scenario(text, file.scenario);
  return flag.to_file(text, file);
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
  std::set<std::string_view> wrong_keys;
  bool is_group_wrong = false;
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
        wrong_keys.insert(flag.key);
        is_group_wrong |= flag.to_group != nullptr;
      }
    }
  }
  for (const storm::Misfit& misfit : storm::find_misfits(file.scenario)) {
    // Of a value that was refused, another has stayed: what does not fit to that is no news.
    if (misfit.group ? is_group_wrong : wrong_keys.contains(misfit.key)) continue;
    errors.push_back(text_of(misfit, file.scenario));
  }
  return errors;
}

// By the flag of the key, with its text if there is only one. Where there are several groups, none
// of whose values a flag can have given, as in the file.
std::string ScenarioFlags::text_of(const storm::Misfit& misfit,
                                   const storm::Scenario& scenario) const {
  const auto flags = scenario_flags();
  const auto flag = std::ranges::find(flags, std::string_view(misfit.key), &ScenarioFlag::key);
  if (flag == flags.end() || (misfit.group && scenario.groups.size() > 1)) {
    return storm::text_of(misfit, scenario);
  }
  const std::vector<std::string>& texts =
      given_[static_cast<std::size_t>(flag - flags.begin())].texts;
  return std::string(flag->name) + (texts.size() == 1 ? " " + config::in_quotes(texts[0]) : "") +
         ": " + misfit.sentence;
}

}  // namespace stentor::rig
