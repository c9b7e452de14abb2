// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "config/limit.h"
#include "config/value.h"
#include "storm/mac_list.h"
#include "storm/scenario_key.h"
#include "storm/scenario_section.h"
#include "storm/scenario_text.h"

namespace stentor::storm {
namespace {

using config::Cursor;
using config::Mapping;

constexpr std::size_t kListItemsMax = kMachinesMax;

void read_name(const Cursor& value, std::string& name) {
  const std::string& text = value.text();
  const bool good = !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
  if (good) {
    name = text;
  } else {
    value.unexpected();
  }
}

void read_macs(Mapping& section, Group& group) {
  const auto value = section.find("mac");
  if (!value) return;
  if (value->is_list()) {
    for (const Cursor& item : one_or_more(section, "mac")) {
      const auto mac = wire::MacAddress::parse(item.text());
      if (!mac) item.unexpected("no MAC address");
      group.macs.push_back(mac.value_or(wire::MacAddress{}));
    }
  } else if (const auto mac = wire::MacAddress::parse(value->text())) {
    group.mac_first = *mac;
  } else if (value->text().find('/') == std::string::npos) {
    value->unexpected("no MAC address, and no path of a file ('/' is missing)");
  } else if (auto macs = read_mac_file(value->text())) {
    group.macs = *std::move(macs);
  } else {
    value->error(macs.error().sentence);
  }
}

void read_script(Mapping& section, Group& group) {
  const auto value = section.find("script");
  if (!value) return;
  std::vector<Stage> script;
  for (const Cursor& item : one_or_more(section, "script")) {
    if (value->is_scalar()) {
      if (auto stages = take(item, parse_script(item.text()))) script = *std::move(stages);
    } else if (auto stage = take(item, parse_stage(item.text()))) {
      script.push_back(*std::move(stage));
    }
  }
  if (script.size() > kStagesMax) {
    value->unexpected("a script has at most " + std::to_string(kStagesMax) + " stages");
  } else if (!script.empty()) {
    group.script = std::move(script);
  }
}

}  // namespace

// A scalar, or each item of a list.
std::vector<Cursor> one_or_more(Mapping& section, std::string_view key) {
  const auto value = section.find(key);
  if (value && value->is_scalar()) return {*value};
  if (value && value->is_list() && value->node().children.empty()) {
    value->unexpected("the list is empty");
  }
  return section.find_items(key, kListItemsMax);
}

Group read_group(const Cursor& cursor, std::size_t index, std::uint64_t machines_before) {
  Group group;
  if (index > 0) group.name += std::to_string(index + 1);
  group.mac_first = default_mac(machines_before);
  Mapping section(cursor, kGroupSection);
  if (const auto value = section.find("name")) read_name(*value, group.name);
  read_macs(section, group);
  group.machines = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(group.macs.size()));
  if (const auto value = section.find("machines")) {
    config::assign(group.machines, config::read_number<std::uint32_t>(*value, 1, kMachinesMax));
  }
  for (const Cursor& item : one_or_more(section, "vlans")) {
    const auto vlans = take(item, parse_vlans(item.text()));
    if (vlans) group.vlans.insert(group.vlans.end(), vlans->begin(), vlans->end());
  }
  for (const Cursor& item : one_or_more(section, "relays")) {
    if (auto relay = take(item, parse_relay(item.text()))) group.relays.push_back(*relay);
  }
  std::vector<std::string> profiles;
  for (const Cursor& item : one_or_more(section, "profiles")) {
    for (const std::string_view name : split_list(item.text())) {
      if (auto profile = take(item, parse_profile(name))) profiles.push_back(*profile);
    }
  }
  if (!profiles.empty()) group.profiles = std::move(profiles);
  if (const auto value = section.find("arch")) {
    group.architecture = take(*value, parse_architecture(value->text()));
  }
  if (const auto value = section.find("blksize")) {
    group.blksize = take(*value, parse_blksize(value->text()));
  }
  if (const auto value = section.find("windowsize")) {
    group.windowsize = take(*value, parse_windowsize(value->text()));
  }
  if (const auto value = section.find("addresses")) {
    group.addresses = take(*value, parse_addresses(value->text()));
  }
  read_script(section, group);
  return group;
}

}  // namespace stentor::storm
