// SPDX-License-Identifier: BSD-3-Clause
#include "storm/scenario_fit.h"

#include <set>

#include "storm/scenario_rule.h"

namespace stentor::storm {
namespace {

void check_names(const Scenario& scenario, std::vector<Misfit>& misfits) {
  std::set<std::string> names;
  for (std::size_t group = 0; group < scenario.groups.size(); ++group) {
    if (!names.insert(scenario.groups[group].name).second) {
      misfits.push_back(
          {group, "name", "another group has this name; reports could not tell them apart"});
    }
  }
}

// At the group that brings a sum over its limit; `count` is what a group adds to it.
template <typename Count>
void check_sum(const Scenario& scenario, const char* key, const char* what, std::uint64_t max,
               Count count, std::vector<Misfit>& misfits) {
  std::optional<std::size_t> over;
  std::uint64_t sum = 0;
  for (std::size_t group = 0; group < scenario.groups.size(); ++group) {
    sum += count(scenario.groups[group]);
    if (sum > max && !over) over = group;
  }
  if (over) {
    misfits.push_back({over, key,
                       "all groups together have " + std::to_string(sum) + " " + what + ", and " +
                           std::to_string(max) + " is the most a storm has"});
  }
}

}  // namespace

std::vector<Misfit> find_misfits(const Scenario& scenario) {
  std::vector<Misfit> misfits;
  if (scenario.groups.empty() || scenario.groups.size() > kGroupsMax) {
    misfits.push_back({std::nullopt, "groups",
                       "there are " + std::to_string(scenario.groups.size()) + "; 1 to " +
                           std::to_string(kGroupsMax) + " are possible"});
  }
  check_names(scenario, misfits);
  check_sum(
      scenario, "machines", "machines", kMachinesMax,
      [](const Group& group) { return std::uint64_t{group.machines}; }, misfits);
  check_sum(
      scenario, "relays", "relays", kRelaysMax,
      [](const Group& group) { return std::uint64_t{group.relays.size()}; }, misfits);
  check_macs(scenario, misfits);
  for (std::size_t group = 0; group < scenario.groups.size(); ++group) {
    check_group(scenario, group, misfits);
  }
  check_server(scenario, misfits);
  check_course(scenario, misfits);
  check_verification(scenario, misfits);
  return misfits;
}

std::string text_of(const Misfit& misfit, const Scenario& scenario) {
  const std::string group =
      misfit.group ? "group " + scenario.groups[*misfit.group].name + ": " : std::string();
  return group + misfit.key + ": " + misfit.sentence;
}

}  // namespace stentor::storm
