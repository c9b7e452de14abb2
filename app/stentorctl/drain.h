// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl drain`: a running stentord begins nothing new, or does again.

#include "appliance_link.h"

namespace stentor::ctl {

struct Drain {
  bool ends = false;
  bool waits = false;  // until no transfer lives
};

ExitStatus run_drain(const Asking& asking, const Drain& drain);

}  // namespace stentor::ctl
