// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stentor-storm was asked to do, from its arguments and the scenario file that they name.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "config/device_spec.h"
#include "config/settings.h"
#include "storm/scenario_text.h"

namespace stentor::rig {

// Where the storm leaves, and on what it runs.
struct PortRequest {
  std::optional<config::DeviceSpec> device;  // none: nothing is sent
  config::Workers workers;                   // cores and hugepages
  bool yes_really = false;                   // even into an interface that has the default route
};

// --find-max: the highest rate of arrivals that the server holds.
struct SearchRequest {
  enum class What : std::uint8_t {
    dora,  // machines that get an address and give it back
    boot,  // machines that do the scenario's script, and give the address back
  };
  What what = What::dora;
  double loss_bound = 0.001;
  base::Duration trial = std::chrono::seconds{5};
};

// Files to be written when the storm is over; empty: none.
struct ReportFiles {
  std::string json;
  std::string csv;
  std::string html;
};

struct CommandLine {
  storm::ScenarioFile file;  // effective: flags have been applied
  PortRequest port;
  std::optional<SearchRequest> search;
  ReportFiles reports;
  bool print = false;   // the effective scenario, and nothing else
  std::string command;  // as it was given, for reports
};

// Nothing to do: help or the version was printed, or the arguments are wrong and that was printed.
struct Finished {
  int exit_status = 0;
};

std::variant<CommandLine, Finished> parse_command_line(int argument_count, char** arguments);

}  // namespace stentor::rig
