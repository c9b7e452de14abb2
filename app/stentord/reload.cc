// SPDX-License-Identifier: BSD-3-Clause
#include "reload.h"

#include <chrono>
#include <fmt/format.h>
#include <new>
#include <optional>

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

// What is wrong with a certificate that is not shown yet.
std::optional<std::string> flaw_in_identity(const Appliance& appliance,
                                            const config::Settings& next) {
  const auto& running = appliance.settings().control.http;
  if (!next.control.http || (running && running->tls == next.control.http->tls)) return {};
  const auto sound = control::check_identity(next.control);
  return sound ? std::nullopt : std::optional(sound.error().sentence);
}

// All that stands against it, that flaw included; nothing is taken.
std::vector<std::string> reasons_against(const Appliance& appliance, const config::Settings& next,
                                         std::optional<std::string> flaw) {
  std::vector<std::string> reasons = appliance.obstacles(next);
  if (flaw) reasons.push_back(*std::move(flaw));
  return reasons;
}

control::ReloadOutcome go_over(const CommandLine& line, Appliance& appliance) {
  auto settings = read_settings(line, /*prints_derived=*/false);
  if (!settings) return refused(std::move(settings).error());
  if (auto flaw = flaw_in_identity(appliance, *settings)) {
    return refused(reasons_against(appliance, *settings, std::move(flaw)));
  }
  std::vector<std::string> reasons = appliance.reload(*settings);
  if (!reasons.empty()) return refused(std::move(reasons));
  return {.is_taken = true, .warnings = config::advice(*settings)};
}

control::ReloadOutcome rehearse(const CommandLine& line, const Appliance& appliance) {
  auto settings = read_settings(line, /*prints_derived=*/false);
  if (!settings) return refused(std::move(settings).error());
  control::ReloadOutcome outcome;
  outcome.reasons = reasons_against(appliance, *settings, flaw_in_identity(appliance, *settings));
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
