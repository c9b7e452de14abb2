// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl events`: what has happened of late, or what happens from now on, a line each.

#include <string>

#include "appliance_link.h"

namespace stentor::ctl {

struct EventQuestion {
  std::string type{};   // comma-separated; empty: all of them
  bool follow = false;  // until the stream ends, or somebody ends us
  unsigned limit = 0;
};
ExitStatus show_events(const Asking& asking, const EventQuestion& question);

}  // namespace stentor::ctl
