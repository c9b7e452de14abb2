// SPDX-License-Identifier: BSD-3-Clause
#include "storm/quantity.h"
#include "storm/scenario_text.h"
#include "storm/short_text.h"

namespace stentor::storm {
namespace {

// YAML 1.2 section 7.3.1. Control characters are in no value that was read.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

template <typename T, typename Text>
std::string list_of(const std::vector<T>& items, Text text) {
  std::string out = "[";
  for (const T& item : items) {
    if (out.size() > 1) out += ", ";
    out += text(item);
  }
  return out + "]";
}

std::string quoted_mac(const wire::MacAddress& mac) { return quoted(mac.text().view()); }

void write_group(std::string& out, const Group& group) {
  const auto line = [&](std::string_view key, const std::string& value) {
    out += "    " + std::string(key) + ": " + value + "\n";
  };
  out += "  - name: " + quoted(group.name) + "\n";
  line("machines", std::to_string(group.machines));
  line("mac", group.macs.empty() ? quoted_mac(group.mac_first) : list_of(group.macs, quoted_mac));
  if (!group.vlans.empty()) {
    line("vlans", list_of(group.vlans, [](std::uint16_t vlan) { return std::to_string(vlan); }));
  }
  if (!group.relays.empty()) {
    line("relays", list_of(group.relays,
                           [](const RelaySite& relay) { return quoted(text_of_relay(relay)); }));
  }
  line("profiles", list_of(group.profiles, quoted));
  if (group.architecture) line("arch", std::to_string(*group.architecture));
  if (group.blksize) line("blksize", std::to_string(*group.blksize));
  if (group.windowsize) line("windowsize", std::to_string(*group.windowsize));
  if (group.addresses) line("addresses", text_of_addresses(*group.addresses));
  line("script",
       list_of(group.script, [](const Stage& stage) { return quoted(text_of_stage(stage)); }));
}

std::string link_text(const LinkModel& link) {
  const std::string rate =
      link.bits_per_second == 0 ? "none" : text_of_bit_rate(link.bits_per_second);
  return "{rate: " + rate + ", rtt: " + text_of_time(link.round_trip) +
         ", loss: " + text_of_fraction(link.loss) +
         ", duplicate: " + text_of_fraction(link.duplication) +
         ", reorder: " + text_of_fraction(link.reordering) +
         ", corrupt: " + text_of_fraction(link.corruption) + "}";
}

std::string verify_text(const Verification& verify) {
  std::string out = "{bytes: " + quoted(text_of_bytes(verify));
  if (!verify.reference.empty()) out += ", reference: " + quoted(verify.reference);
  if (verify.subnet) {
    out += ", subnet: " + std::string(verify.subnet->address.text().view()) + "/" +
           std::to_string(verify.subnet->length);
  }
  if (verify.router) out += ", router: " + std::string(verify.router->text().view());
  if (verify.lease_min) out += ", lease-min: " + text_of_time(*verify.lease_min);
  return out + "}";
}

}  // namespace

std::string write_scenario(const ScenarioFile& file) {
  const Scenario& scenario = file.scenario;
  std::string out = "groups:\n";
  for (const Group& group : scenario.groups) write_group(out, group);
  out += "arrival: " + text_of_arrival(scenario.arrival) + "\n";
  out += "link: " + link_text(scenario.link) + "\n";
  out += "deaths: " + text_of_deaths(scenario.deaths) + "\n";
  if (scenario.again_after) out += "again: " + text_of_time(*scenario.again_after) + "\n";
  out += "verify: " + verify_text(scenario.verify) + "\n";
  if (scenario.server) out += "server: " + std::string(scenario.server->text().view()) + "\n";
  out += "give-up: " + text_of_time(scenario.give_up) + "\n";
  out += "seed: " + std::to_string(scenario.seed) + "\n";
  if (!file.goals.empty()) {
    out +=
        "expect: " + list_of(file.goals, [](const Goal& goal) { return quoted(goal.text); }) + "\n";
  }
  return out;
}

}  // namespace stentor::storm
