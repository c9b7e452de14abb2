// SPDX-License-Identifier: BSD-3-Clause
#include "report_scenario.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <string_view>

#include "storm/figure_text.h"
#include "storm/quantity.h"
#include "storm/short_text.h"

namespace stentor::rig {
namespace {

// Long lists are told by their first elements: a group may have a million MAC addresses. A script
// is told whole.
constexpr std::size_t kElementsShown = storm::kStagesMax;

template <typename Range, typename Text>
std::string joined(const Range& range, Text text) {
  std::string out;
  std::size_t shown = 0;
  for (const auto& element : range) {
    if (shown++ == kElementsShown) {
      return out + fmt::format(" and {} more", storm::grouped(range.size() - kElementsShown));
    }
    if (shown > 1) out += ", ";
    out += text(element);
  }
  return out;
}

std::string text_of(const wire::MacAddress& mac) { return std::string{mac.text().view()}; }
std::string text_of(wire::Ipv4Address address) { return std::string{address.text().view()}; }

void add_link(std::vector<Line>& lines, const storm::LinkModel& link) {
  if (link.bits_per_second != 0) {
    lines.push_back({"link rate", storm::text_of_bit_rate(link.bits_per_second)});
  }
  if (link.round_trip != base::Duration::zero()) {
    lines.push_back({"round trip", storm::text_of_time(link.round_trip)});
  }
  const auto add = [&](const char* name, double probability) {
    if (probability > 0) lines.push_back({name, storm::text_of_fraction(probability)});
  };
  add("loss", link.loss);
  add("duplication", link.duplication);
  add("reordering", link.reordering);
  add("corruption", link.corruption);
}

void add_verification(std::vector<Line>& lines, const storm::Verification& verify) {
  lines.push_back({"verify bytes", storm::text_of_bytes(verify)});
  if (!verify.reference.empty()) lines.push_back({"reference", verify.reference});
  if (verify.subnet) {
    lines.push_back({"verify subnet",
                     fmt::format("{}/{}", text_of(verify.subnet->address), verify.subnet->length)});
  }
  if (verify.router) lines.push_back({"verify router", text_of(*verify.router)});
  if (verify.lease_min) lines.push_back({"verify lease", storm::text_of_time(*verify.lease_min)});
}

}  // namespace

std::vector<Line> scenario_lines(const storm::Scenario& scenario) {
  std::vector<Line> lines;
  lines.push_back({"arrival", storm::text_of_arrival(scenario.arrival)});
  add_link(lines, scenario.link);
  if (scenario.deaths.probability > 0) {
    lines.push_back({"deaths", storm::text_of_deaths(scenario.deaths)});
  }
  if (scenario.again_after) {
    lines.push_back({"again", storm::text_of_time(*scenario.again_after)});
  }
  add_verification(lines, scenario.verify);
  if (scenario.server) lines.push_back({"server", text_of(*scenario.server)});
  lines.push_back({"give up", storm::text_of_time(scenario.give_up)});
  lines.push_back({"seed", fmt::format("{}", scenario.seed)});
  return lines;
}

std::vector<Line> group_lines(const storm::Group& group) {
  std::vector<Line> lines;
  lines.push_back({"mac", group.macs.empty()
                              ? text_of(group.mac_first) + " and up"
                              : joined(group.macs, [](const auto& mac) { return text_of(mac); })});
  if (!group.vlans.empty()) {
    lines.push_back(
        {"vlans", joined(group.vlans, [](auto vlan) { return fmt::format("{}", vlan); })});
  }
  if (!group.relays.empty()) {
    lines.push_back({"relays", joined(group.relays, storm::text_of_relay)});
  }
  lines.push_back({"profiles", joined(group.profiles, [](const auto& name) { return name; })});
  if (group.architecture) {
    lines.push_back({"architecture", fmt::format("{}", *group.architecture)});
  }
  if (group.blksize) lines.push_back({"blksize", fmt::format("{}", *group.blksize)});
  if (group.windowsize) lines.push_back({"windowsize", fmt::format("{}", *group.windowsize)});
  if (group.addresses) lines.push_back({"addresses", storm::text_of_addresses(*group.addresses)});
  lines.push_back({"script", joined(group.script, storm::text_of_stage)});
  return lines;
}

}  // namespace stentor::rig
