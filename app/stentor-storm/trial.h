// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One trial of a search: machines that nobody has seen before arrive evenly at a rate, and those
// that are not served, or not in time, are counted.

#include <cstdint>

#include "command_line.h"
#include "rate_search.h"
#include "storm/result.h"
#include "storm/scenario.h"

namespace stentor::rig {

// Who waits longer counts as lost: perfdhcp's users take the same second.
inline constexpr base::Duration kPatience = std::chrono::seconds{1};

// `base` with what a search changes: one machine that does what each of a trial does, and gives its
// address back at the end. The script has room for one more stage.
storm::Scenario single_machine(const storm::Scenario& base, SearchRequest::What what);

// `single` at `rate` a second for `length`, as long as kMachinesMax machines and their addresses
// allow. `mac_offset`: how many MACs earlier trials have used up. `patience`: from power-on to the
// end of the script.
storm::Scenario trial_scenario(const storm::Scenario& single, double rate, base::Duration length,
                               std::uint64_t mac_offset, base::Duration patience);

struct TrialOutcome {
  std::uint64_t machines = 0;
  std::uint64_t lost = 0;      // failed, or later than the patience
  double offered = 0;          // machines a second that were really switched on
  bool port_was_full = false;  // the device took frames more slowly than they were made

  [[nodiscard]] double loss() const {
    return machines == 0 ? 1 : static_cast<double>(lost) / static_cast<double>(machines);
  }
  // As many a second as it was to have, but for a twentieth.
  [[nodiscard]] bool kept_up(double rate) const { return offered == 0 || offered >= 0.95 * rate; }
};

TrialOutcome outcome_of(const storm::Result& result, base::Duration patience);

// What a trial at `rate` says, with losses of up to `loss_bound`. Machines come late because the
// rig has no time for them, or because the port is full: then the server, or what lies before it,
// takes no more, and the lower rate that was offered is what it holds.
void note_trial(RateSearch& search, double rate, const TrialOutcome& outcome, double loss_bound);

}  // namespace stentor::rig
