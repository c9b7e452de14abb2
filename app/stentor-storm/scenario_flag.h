// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The table of flags that make or change a scenario: name, place in --help, and what each does with
// its text.

#include <span>
#include <string>
#include <string_view>

#include "storm/scenario_text.h"
#include "storm/short_text.h"

namespace stentor::rig {

// What a flag changes: one group, the scenario, or the file with its goals.
struct ScenarioFlag {
  const char* name;
  const char* section;  // of --help
  const char* value;
  const char* help;
  std::string_view key;  // of the scenario file, as storm::Misfit has it; no other flag has it
  bool repeatable = false;
  storm::Parsed<void> (*to_group)(const std::string&, storm::Group&) = nullptr;
  storm::Parsed<void> (*to_scenario)(const std::string&, storm::Scenario&) = nullptr;
  storm::Parsed<void> (*to_file)(const std::string&, storm::ScenarioFile&) = nullptr;
  // Of a repeatable one: before its first text.
  void (*clear)(storm::ScenarioFile&) = nullptr;
};

// In the order of --help. --mac comes before --machines: a file of addresses says how many.
std::span<const ScenarioFlag> scenario_flags();

}  // namespace stentor::rig
