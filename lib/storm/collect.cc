// SPDX-License-Identifier: BSD-3-Clause
#include "storm/collect.h"

#include <algorithm>

#include "storm/squad.h"

namespace stentor::storm {
namespace {

std::string name_of(const StagePlan& stage) {
  switch (stage.kind) {
    case Stage::Kind::dora:
      return "dora";
    case Stage::Kind::boot_server:
      return "boot server";
    case Stage::Kind::boot_file:
      return "boot file";
    case Stage::Kind::file:
      return "file " + stage.name;
    case Stage::Kind::missing:
      return "missing " + stage.name;
    case Stage::Kind::pxelinux_config:
      return "pxelinux config";
    case Stage::Kind::pause:
      return "pause";
    case Stage::Kind::renew:
      return "renew";
    case Stage::Kind::release:
      return "release";
  }
  return {};
}

void add_counts(Result& result, const Tally& tally) {
  for (std::size_t i = 0; i < kCounts; ++i) result.counts[i] += tally.counts[i].value();
  for (std::size_t i = 0; i < kFailures; ++i) result.failures[i] += tally.failures[i].value();
  result.booted += tally.booted.value();
  result.boot_time.add(tally.boot_time);
  result.offer_time.add(tally.offer_time);
  result.ack_time.add(tally.ack_time);
  result.first_block.add(tally.first_block);
  result.next_data.add(tally.next_data);
}

void add_groups(Result& result, const Plan& plan, const Tally& tally) {
  for (std::size_t g = 0; g < plan.groups().size(); ++g) {
    GroupResult& group = result.groups[g];
    group.booted += tally.group_booted[g].value();
    for (std::size_t s = 0; s < group.stages.size(); ++s) {
      const StageTally& from = tally.stages[plan.groups()[g].first_stage + s];
      group.stages[s].begun += from.begun.value();
      group.stages[s].passed += from.passed.value();
      group.stages[s].failed += from.failed.value();
      group.stages[s].latency.add(from.latency);
    }
  }
}

// Cores that have ended at different times keep intervals of different lengths, each a power of two
// of the shortest.
void add_timelines(Result& result, std::span<const CrewView> crews) {
  result.interval = Timeline::kShortest;
  for (const CrewView& crew : crews) {
    result.interval = std::max(result.interval, crew.squad->tally().timeline.interval());
  }
  for (const CrewView& crew : crews) {
    const Timeline& timeline = crew.squad->tally().timeline;
    const auto each = static_cast<std::size_t>(result.interval / timeline.interval());
    for (std::size_t i = 0; i < timeline.intervals().size(); ++i) {
      if (result.timeline.size() <= i / each) result.timeline.resize(i / each + 1);
      add(result.timeline[i / each], timeline.intervals()[i]);
    }
  }
}

MachineRow row_of(const Plan& plan, const Squad& squad, std::uint32_t local) {
  const Machine& machine = squad.machines()[local];
  const std::uint32_t number = squad.number_of(local);
  const bool is_booted = machine.state == MachineState::booted;
  const bool was_on = machine.powered_on != base::Time{};
  MachineRow row{.number = number,
                 .group = machine.group,
                 .mac = machine.dhcp.mac(),
                 .address = machine.claimed,
                 .booted = is_booted,
                 .failure = machine.failure,
                 .stage = machine.stage,
                 .error_code = machine.error_code,
                 .powered_on = was_on ? machine.powered_on - squad.start() : plan.power_on(number),
                 .bytes = machine.bytes,
                 .resends = machine.resends,
                 .duplicates = machine.duplicates,
                 .longest_stage = squad.longest(local).stage,
                 .longest_time = std::chrono::microseconds{squad.longest(local).microseconds}};
  if (is_booted) row.boot_time = machine.stage_begun - machine.powered_on;
  return row;
}

// From the first power-on, as planned (a machine may have been on more than once), to the last
// machine's end.
base::Duration elapsed(const Plan& plan, std::span<const CrewView> crews) {
  base::Time first = base::kNever;
  base::Time last = base::Time::min();
  for (const CrewView& crew : crews) {
    for (std::uint32_t local = 0; local < crew.squad->machines().size(); ++local) {
      const Machine& machine = crew.squad->machines()[local];
      if (machine.powered_on == base::Time{}) continue;
      first = std::min(first, crew.squad->start() + plan.power_on(crew.squad->number_of(local)));
      last = std::max(last, machine.stage_begun);
    }
  }
  return last < first ? base::Duration::zero() : last - first;
}

// Who has answered, the first few by machine number.
std::string servers(std::span<const CrewView> crews) {
  constexpr std::size_t kServersMax = 4;
  std::vector<wire::Ipv4Address> found;
  for (const CrewView& crew : crews) {
    for (const Machine& machine : crew.squad->machines()) {
      const wire::Ipv4Address server = machine.answered_by;
      if (server.is_zero() || std::ranges::find(found, server) != found.end()) continue;
      if (found.size() < kServersMax) found.push_back(server);
    }
  }
  std::string words;
  for (const wire::Ipv4Address server : found) {
    words += (words.empty() ? "" : ", ") + std::string(server.text().view());
  }
  return words;
}

}  // namespace

Result collect(const Plan& plan, std::span<const CrewView> crews) {
  Result result;
  result.seed = plan.scenario().seed;
  result.machines = plan.machines();
  for (const GroupPlan& group : plan.groups()) {
    GroupResult& made = result.groups.emplace_back();
    made.name = group.name;
    made.machines = group.machines;
    for (const StagePlan& stage : group.stages) {
      made.stages.emplace_back().name = name_of(stage);
    }
  }
  result.rows.resize(plan.machines());
  for (const CrewView& crew : crews) {
    const Squad& squad = *crew.squad;
    add_counts(result, squad.tally());
    add_groups(result, plan, squad.tally());
    for (std::uint32_t local = 0; local < squad.machines().size(); ++local) {
      result.rows[squad.number_of(local)] = row_of(plan, squad, local);
    }
  }
  add_timelines(result, crews);
  result.elapsed = elapsed(plan, crews);
  result.server_words = servers(crews);
  return result;
}

}  // namespace stentor::storm
