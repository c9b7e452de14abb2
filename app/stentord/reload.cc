// SPDX-License-Identifier: BSD-3-Clause
#include "reload.h"

#include <chrono>
#include <fmt/format.h>
#include <new>

#include "config/advice.h"
#include "control/log.h"
#include "settings_source.h"

namespace stentor {

namespace {

std::vector<std::string> try_reload(const CommandLine& line, Appliance& appliance) {
  try {
    auto settings = read_settings(line, /*prints_derived=*/false);
    if (!settings) return std::move(settings).error();
    std::vector<std::string> reasons = appliance.reload(*settings);
    if (!reasons.empty()) return reasons;
    for (const std::string& sentence : config::advice(*settings)) control::log_warning(sentence);
    return {};
  } catch (const std::bad_alloc&) {
    return {
        "there is not enough memory for a second configuration beside the one that serves: give "
        "this process more, or restart it"};
  }
}

}  // namespace

std::vector<std::string> reload(const CommandLine& line, Appliance& appliance) {
  const base::Time begun = base::MonotonicClock::now();
  std::vector<std::string> reasons = try_reload(line, appliance);
  for (const std::string& reason : reasons) control::log_error("reload: " + reason);
  if (!reasons.empty()) {
    control::log_error("reload: refused; the configuration of before serves on");
    return reasons;
  }
  const auto taken = base::MonotonicClock::now() - begun;
  control::log_info(
      fmt::format("reload: the new configuration serves, after {} ms",
                  std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()));
  return reasons;
}

}  // namespace stentor
