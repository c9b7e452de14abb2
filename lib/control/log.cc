// SPDX-License-Identifier: BSD-3-Clause
#include "control/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace stentor::control {

namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_color_mt("stentor");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum native(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::error:
      return spdlog::level::err;
    case config::LogLevel::warning:
      return spdlog::level::warn;
    case config::LogLevel::info:
      return spdlog::level::info;
    case config::LogLevel::debug:
      return spdlog::level::debug;
  }
  return spdlog::level::info;
}

}  // namespace

void open_log(config::LogLevel level) { logger().set_level(native(level)); }

void log_error(std::string_view line) { logger().error("{}", line); }
void log_warning(std::string_view line) { logger().warn("{}", line); }
void log_info(std::string_view line) { logger().info("{}", line); }
void log_debug(std::string_view line) { logger().debug("{}", line); }

}  // namespace stentor::control
