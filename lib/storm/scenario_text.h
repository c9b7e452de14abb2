// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A scenario file (YAML) -> Scenario and goals, or every error in it at once; and back. The keys
// are in scenario_key.cc, the short texts in short_text.h. Command line only.

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "config/parse.h"
#include "storm/goal.h"
#include "storm/scenario.h"

namespace stentor::storm {

struct ScenarioFile {
  Scenario scenario;
  std::vector<Goal> goals;
};

// `file_name` is for messages alone; folders and files that the scenario names are taken as they
// stand there, relative ones from the working directory. An empty file is the default scenario.
tl::expected<ScenarioFile, config::Diagnostics> parse_scenario(std::string_view yaml,
                                                               std::string_view file_name);

// Reads and parses; a file that cannot be read, or is over 16 MiB, is a Diagnostic too.
tl::expected<ScenarioFile, config::Diagnostics> load_scenario(const std::string& path);

// Every key, so that a reader sees the defaults too. parse_scenario() reads it back as the same.
std::string write_scenario(const ScenarioFile& file);

// Where a group begins that does not say: behind the machines of the groups before it.
wire::MacAddress default_mac(std::uint64_t machines_before);

}  // namespace stentor::storm
