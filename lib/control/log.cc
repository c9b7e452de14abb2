// SPDX-License-Identifier: BSD-3-Clause
#include "control/log.h"

#include <algorithm>
#include <array>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "base/check.h"

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

struct Level {
  config::LogLevel level;
  spdlog::level::level_enum native;
  std::string_view name;
};

// By LogLevel.
constexpr std::array kLevels{
    Level{config::LogLevel::error, spdlog::level::err, "error"},
    Level{config::LogLevel::warning, spdlog::level::warn, "warning"},
    Level{config::LogLevel::info, spdlog::level::info, "info"},
    Level{config::LogLevel::debug, spdlog::level::debug, "debug"},
};

const Level& entry_of(config::LogLevel level) { return kLevels[static_cast<std::size_t>(level)]; }

}  // namespace

void set_log_level(config::LogLevel level) { logger().set_level(entry_of(level).native); }

config::LogLevel log_level() {
  const auto found = std::ranges::find(kLevels, logger().level(), &Level::native);
  CHECK(found != kLevels.end());
  return found->level;
}

std::string_view name_of(config::LogLevel level) { return entry_of(level).name; }

std::optional<config::LogLevel> find_log_level(std::string_view name) {
  const auto found = std::ranges::find(kLevels, name, &Level::name);
  if (found == kLevels.end()) return std::nullopt;
  return found->level;
}

void log_error(std::string_view line) { logger().error("{}", line); }
void log_warning(std::string_view line) { logger().warn("{}", line); }
void log_info(std::string_view line) { logger().info("{}", line); }
void log_debug(std::string_view line) { logger().debug("{}", line); }

}  // namespace stentor::control
