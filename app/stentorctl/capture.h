// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl capture`: frames as workers see them, both ways, into a pcapng file.

#include <string>

#include "appliance_link.h"

namespace stentor::ctl {

// As they were given; empty: any, all, or no end.
struct CaptureCommand {
  std::string output{};  // "-": standard output
  std::string mac{};
  std::string address{};
  std::string port{};
  std::string snap{};
  std::string frames{};
  std::string seconds{};
  bool drops_only = false;
};
ExitStatus run_capture(const Asking& asking, const CaptureCommand& command);

}  // namespace stentor::ctl
