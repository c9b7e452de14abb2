// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stentord was asked to do, from its arguments.

#include <optional>
#include <string>
#include <variant>

#include "config/settings.h"

namespace stentor {

// Serve with a configuration file.
struct ServeFile {
  std::string config = "/etc/stentor/stentor.yaml";
};

// Serve on one interface of the kernel with a configuration derived from it.
struct ServeInterface {
  std::string interface;
  std::string images;
  std::optional<std::string> pool;  // "A-B"; absent: ProxyDHCP
};

// Say what is wrong with a configuration file, and serve nothing.
struct CheckFile {
  std::string config;
};

struct CommandLine {
  std::variant<ServeFile, ServeInterface, CheckFile> action;
  bool hugepages_needed = false;  // say how many, and serve nothing
  bool take_over = false;         // serve an interface even if it has the default route
  std::optional<config::Workers::HugepageMode> hugepages;  // in place of the configuration's
};

// Nothing to do: help or the version was printed, or the arguments are wrong and that was printed.
struct Finished {
  int exit_status = 0;
};

std::variant<CommandLine, Finished> parse_command_line(int argument_count, char** arguments);

}  // namespace stentor
