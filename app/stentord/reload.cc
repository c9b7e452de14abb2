// SPDX-License-Identifier: BSD-3-Clause
#include "reload.h"

#include <chrono>
#include <fmt/format.h>
#include <new>

#include "config/advice.h"
#include "config/difference.h"
#include "control/log.h"
#include "control/tls_identity.h"
#include "settings_source.h"

namespace stentor {

namespace {

control::ReloadOutcome refused(std::vector<std::string> reasons) {
  return {.reasons = std::move(reasons)};
}

template <typename Outcome>
control::ReloadOutcome with_memory(const Outcome& outcome) {
  try {
    return outcome();
  } catch (const std::bad_alloc&) {
    return refused(
        {"there is not enough memory for a second configuration beside the one that serves: give "
         "this process more, or restart it"});
  }
}

control::ReloadOutcome go_over(const CommandLine& line, Appliance& appliance) {
  auto settings = read_settings(line, /*prints_derived=*/false);
  if (!settings) return refused(std::move(settings).error());
  if (const auto sound = control::check_identity(settings->control); !sound) {
    return refused({sound.error().sentence});
  }
  std::vector<std::string> reasons = appliance.reload(*settings);
  if (!reasons.empty()) return refused(std::move(reasons));
  return {.is_taken = true, .warnings = config::advice(*settings)};
}

control::ReloadOutcome rehearse(const CommandLine& line, const Appliance& appliance) {
  auto settings = read_settings(line, /*prints_derived=*/false);
  if (!settings) return refused(std::move(settings).error());
  control::ReloadOutcome outcome;
  outcome.reasons = appliance.obstacles(*settings);
  if (const auto sound = control::check_identity(settings->control); !sound) {
    outcome.reasons.push_back(sound.error().sentence);
  }
  outcome.is_taken = outcome.reasons.empty();
  outcome.warnings = config::advice(*settings);
  outcome.difference = config::difference(appliance.settings(), *settings);
  return outcome;
}

}  // namespace

control::ReloadOutcome reload(const CommandLine& line, Appliance& appliance) {
  const base::Time begun = base::MonotonicClock::now();
  control::ReloadOutcome outcome = with_memory([&] { return go_over(line, appliance); });
  outcome.generation = appliance.configurations();
  for (const std::string& sentence : outcome.warnings) control::log_warning(sentence);
  for (const std::string& reason : outcome.reasons) control::log_error("reload: " + reason);
  if (!outcome.is_taken) {
    appliance.note_refusal(outcome.reasons);
    control::log_error("reload: refused; the configuration of before serves on");
    return outcome;
  }
  const auto taken = base::MonotonicClock::now() - begun;
  control::log_info(
      fmt::format("reload: the new configuration serves, after {} ms",
                  std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()));
  return outcome;
}

control::ReloadOutcome try_reload(const CommandLine& line, const Appliance& appliance) {
  control::ReloadOutcome outcome = with_memory([&] { return rehearse(line, appliance); });
  outcome.generation = appliance.configurations();
  return outcome;
}

}  // namespace stentor
