// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// stentorctl leases export: all leases, and addresses that are set aside, of a running stentord or
// of its database. A page or a row is in memory at a time, however many there are.

#include <string>

#include "appliance_link.h"

namespace stentor::ctl {

struct ExportCommand {
  enum class Format { json, csv };

  Format format = Format::json;
  std::string database{};    // empty: a running stentord is asked
  std::string output = "-";  // as write_output() has it
};

ExitStatus run_export(const Asking& asking, const ExportCommand& command);

}  // namespace stentor::ctl
