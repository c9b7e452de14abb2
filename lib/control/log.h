// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The log of the process: one line a fact, to standard error. Any thread but a worker's: workers
// count, they never log.

#include <optional>
#include <string_view>

#include "config/settings.h"

namespace stentor::control {

// Lines below `level` are not written from now on.
void set_log_level(config::LogLevel level);
config::LogLevel log_level();
// As log.level spells it.
std::string_view name_of(config::LogLevel level);
std::optional<config::LogLevel> find_log_level(std::string_view name);

void log_error(std::string_view line);
void log_warning(std::string_view line);
void log_info(std::string_view line);
void log_debug(std::string_view line);

}  // namespace stentor::control
