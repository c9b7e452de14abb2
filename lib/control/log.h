// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The log of the process: one line a fact, to standard error. Control thread and start-up only;
// workers count, they never log.

#include <string_view>

#include "config/settings.h"

namespace stentor::control {

// Lines below `level` are not written from now on.
void open_log(config::LogLevel level);

void log_error(std::string_view line);
void log_warning(std::string_view line);
void log_info(std::string_view line);
void log_debug(std::string_view line);

}  // namespace stentor::control
