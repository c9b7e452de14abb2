// SPDX-License-Identifier: BSD-3-Clause
#include "live_progress.h"

#include "storm/short_text.h"

namespace stentor::rig {
namespace {

StageProgress read_stage(const LiveView& view, std::size_t group, std::size_t stage) {
  const storm::GroupPlan& plan = view.plan.groups()[group];
  StageProgress progress;
  progress.name = storm::text_of_stage(view.plan.scenario().groups[group].script[stage]);
  if (view.plan.groups().size() > 1) progress.name = plan.name + ": " + progress.name;
  progress.machines = plan.machines;
  base::Histogram latency;
  for (const storm::Tally* tally : view.tallies) {
    const storm::StageTally& part = tally->stages[plan.first_stage + stage];
    progress.begun += part.begun.value();
    progress.passed += part.passed.value();
    progress.failed += part.failed.value();
    latency.add(part.latency);
  }
  progress.p50 = latency.quantile(0.5);
  progress.p99 = latency.quantile(0.99);
  return progress;
}

}  // namespace

Progress read_progress(const LiveView& view) {
  using storm::Count;
  Progress progress;
  progress.elapsed = view.elapsed;
  progress.machines = view.plan.machines();
  for (const storm::Tally* tally : view.tallies) {
    progress.powered_on += tally->powered_on.value();
    progress.booted += tally->booted.value();
    progress.failed += tally->failed.value();
    progress.leases += tally->value(Count::acks_received);
    progress.data_frames += tally->value(Count::data_frames);
    progress.data_bytes += tally->value(Count::data_bytes);
    progress.resends += tally->value(Count::resends);
  }
  for (std::size_t group = 0; group < view.plan.groups().size(); ++group) {
    for (std::size_t stage = 0; stage < view.plan.groups()[group].stages.size(); ++stage) {
      progress.stages.push_back(read_stage(view, group, stage));
    }
  }
  return progress;
}

}  // namespace stentor::rig
