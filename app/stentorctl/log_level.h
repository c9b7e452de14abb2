// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl log-level`: which lines a running stentord writes to its log.

#include <string>

#include "appliance_link.h"

namespace stentor::ctl {

// `level`: which from now on; empty: it stays as it is.
ExitStatus run_log_level(const Asking& asking, const std::string& level);

}  // namespace stentor::ctl
