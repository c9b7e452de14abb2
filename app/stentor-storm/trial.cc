// SPDX-License-Identifier: BSD-3-Clause
#include "trial.h"

#include <algorithm>
#include <cmath>

#include "wire/address.h"

namespace stentor::rig {
namespace {

// Between the last machine's patience and the end: answers on their way are still counted as late.
constexpr base::Duration kTail = std::chrono::milliseconds{500};

// As many as there are addresses for below the server's, where they are not DHCP's.
std::uint32_t machines_max(const storm::Scenario& scenario) {
  const storm::Group& group = scenario.groups.front();
  if (!group.addresses) return storm::kMachinesMax;
  const std::uint32_t first = group.addresses->address.host();
  std::uint32_t behind = group.addresses->last().host();
  if (scenario.server && scenario.server->host() > first) {
    behind = std::min(behind, scenario.server->host());
  }
  return std::min(storm::kMachinesMax, behind - first);
}

// At the end of the script.
bool holds_address(const std::vector<storm::Stage>& script) {
  bool holds = false;
  for (const storm::Stage& stage : script) {
    if (stage.kind == storm::Stage::Kind::dora) holds = true;
    if (stage.kind == storm::Stage::Kind::release) holds = false;
  }
  return holds;
}

}  // namespace

storm::Scenario single_machine(const storm::Scenario& base, SearchRequest::What what) {
  using Kind = storm::Stage::Kind;
  storm::Scenario scenario = base;
  storm::Group& group = scenario.groups.front();
  group.machines = 1;
  scenario.arrival = {};
  scenario.deaths = {};
  scenario.again_after.reset();
  scenario.give_up = storm::Scenario{}.give_up;
  storm::Stage release;
  release.kind = Kind::release;
  if (what == SearchRequest::What::boot) {
    // The pool has to last for all trials.
    if (holds_address(group.script)) group.script.push_back(release);
    return scenario;
  }
  storm::Stage dora;
  dora.kind = Kind::dora;
  group.script = {dora, release};
  group.blksize.reset();
  group.windowsize.reset();
  scenario.verify.bytes = storm::Verification::Bytes::none;
  scenario.verify.reference.clear();
  return scenario;
}

storm::Scenario trial_scenario(const storm::Scenario& single, double rate, base::Duration length,
                               std::uint64_t mac_offset, base::Duration patience) {
  storm::Scenario scenario = single;
  storm::Group& group = scenario.groups.front();
  const double seconds = std::chrono::duration<double>(length).count();
  group.machines = static_cast<std::uint32_t>(
      std::clamp(std::round(rate * seconds), 1.0, static_cast<double>(machines_max(scenario))));
  // Machines with addresses of their own have them in each trial: neighbours know their MACs.
  if (!group.addresses) {
    group.mac_first = wire::MacAddress::of_number(group.mac_first.number() + mac_offset);
  }
  scenario.arrival = {.kind = storm::Arrival::Kind::ramp,
                      .over = base::Duration{std::llround(1e9 * group.machines / rate)}};
  scenario.give_up = scenario.arrival.over + patience + kTail;
  scenario.seed += mac_offset;
  return scenario;
}

TrialOutcome outcome_of(const storm::Result& result, base::Duration patience) {
  TrialOutcome outcome;
  base::Duration last{};
  for (const storm::MachineRow& row : result.rows) {
    ++outcome.machines;
    if (!row.booted || row.boot_time > patience) ++outcome.lost;
    last = std::max(last, row.powered_on);
  }
  // The first machine comes at the very start: between n of them lie n - 1 intervals.
  if (outcome.machines > 1 && last > base::Duration::zero()) {
    outcome.offered =
        static_cast<double>(outcome.machines - 1) / std::chrono::duration<double>(last).count();
  }
  const auto full_polls = result.counts[static_cast<std::size_t>(storm::Count::port_full)];
  outcome.port_was_full = full_polls != 0;
  return outcome;
}

void note_trial(RateSearch& search, double rate, const TrialOutcome& outcome, double loss_bound) {
  using Trial = RateSearch::Trial;
  const bool held = outcome.loss() <= loss_bound;
  if (outcome.kept_up(rate)) return search.note(rate, held ? Trial::held : Trial::lost);
  search.note(rate, outcome.port_was_full ? Trial::lost : Trial::rig_short);
  if (held) search.note(outcome.offered, Trial::held);
}

}  // namespace stentor::rig
