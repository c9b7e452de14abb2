// SPDX-License-Identifier: BSD-3-Clause
#include "storm/scenario_text.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

#include "config/file_text.h"
#include "config/limit.h"
#include "config/source_text.h"
#include "config/value.h"
#include "storm/quantity.h"
#include "storm/scenario_fit.h"
#include "storm/scenario_key.h"
#include "storm/scenario_section.h"
#include "storm/short_text.h"
#include "wire/address.h"

namespace stentor::storm {
namespace {

using config::Cursor;
using config::Mapping;

void read_goals(Mapping& file, std::vector<Goal>& goals) {
  for (const Cursor& item : one_or_more(file, "expect")) {
    auto goal = parse_goal(item.text());
    if (!goal) {
      item.error(goal.error().sentence);
    } else if (goals.size() == kGoalsMax) {
      item.unexpected("more than " + std::to_string(kGoalsMax) + " goals");
      return;
    } else {
      goals.push_back(*std::move(goal));
    }
  }
}

ScenarioFile read_file(const Cursor& root) {
  ScenarioFile result;
  Scenario& scenario = result.scenario;
  Mapping file(root, kScenarioSection);
  if (const auto value = file.find("groups")) {
    std::vector<Group> groups;
    std::uint64_t machines = 0;
    for (const Cursor& item : file.find_items("groups", kGroupsMax)) {
      groups.push_back(read_group(item, groups.size(), machines));
      machines += groups.back().machines;
    }
    if (value->is_list() && value->node().children.empty()) value->unexpected("the list is empty");
    if (!groups.empty()) scenario.groups = std::move(groups);
  }
  if (const auto value = file.find("arrival")) {
    config::assign(scenario.arrival, take(*value, parse_arrival(value->text())));
  }
  if (const auto value = file.find("link")) read_link(*value, scenario.link);
  if (const auto value = file.find("deaths")) {
    config::assign(scenario.deaths, take(*value, parse_deaths(value->text())));
  }
  read_unit(file, "again", scenario.again_after, parse_time);
  if (const auto value = file.find("verify")) read_verify(*value, scenario.verify);
  if (const auto value = file.find("server")) scenario.server = config::read_address(*value);
  read_unit(file, "give-up", scenario.give_up, parse_time);
  if (const auto value = file.find("seed")) {
    config::assign(scenario.seed,
                   config::read_number(*value, 0, std::numeric_limits<std::uint64_t>::max()));
  }
  read_goals(file, result.goals);
  return result;
}

const config::Node* child_of(const config::Node& mapping, std::string_view key) {
  for (const auto& [name, value] : mapping.pairs()) {
    if (name->text == key) return value;
  }
  return nullptr;
}

// The value that a misfit is about; if it does not stand in the file, what would hold it.
struct Place {
  const config::Node* node;
  std::string_view missing;  // the rest of the key
};

Place place_of(const Misfit& misfit, const config::Node& root) {
  Place place{&root, misfit.key};
  if (misfit.group) {
    const config::Node* groups = child_of(root, "groups");
    if (groups != nullptr && *misfit.group < groups->children.size()) {
      place.node = groups->children[*misfit.group];
    }
  }
  while (!place.missing.empty()) {
    const std::string_view first = place.missing.substr(0, place.missing.find('.'));
    const config::Node* value = child_of(*place.node, first);
    if (value == nullptr) break;
    place.node = value;
    place.missing.remove_prefix(std::min(first.size() + 1, place.missing.size()));
  }
  // A section in one word: "verify: none".
  if (place.node->kind == config::Node::Kind::scalar) place.missing = {};
  return place;
}

// Whether one of `findings` is about the node, or about what it holds.
bool is_wrong(const config::Node& node, const config::Diagnostics& findings) {
  const auto stands_at_node = [&node](const config::Diagnostic& finding) {
    return finding.line == node.line && finding.column == node.column;
  };
  return std::ranges::any_of(findings, stands_at_node) ||
         std::ranges::any_of(node.children, [&findings](const config::Node* child) {
           return is_wrong(*child, findings);
         });
}

// Of a value that was refused, the default has stayed: what does not fit to that is no news.
bool follows_from(const config::Diagnostics& findings, const Misfit& misfit, const Place& place,
                  const config::Node& root) {
  if (misfit.group) {
    const Place group = place_of({misfit.group, {}, {}}, root);
    return is_wrong(*group.node, findings);
  }
  return place.missing.empty() && is_wrong(*place.node, findings);
}

// To `findings`, which are those of its values.
void add_misfits(const Scenario& scenario, const config::Node& root, std::string_view file_name,
                 config::Diagnostics& findings) {
  config::Report report(file_name);
  for (const Misfit& misfit : find_misfits(scenario)) {
    const Place place = place_of(misfit, root);
    if (follows_from(findings, misfit, place, root)) continue;
    if (place.missing.empty()) {
      report.add(*place.node, misfit.sentence);
      continue;
    }
    const std::string path = place.node->path();
    report.add_at(
        place.node->line, place.node->column,
        path + (path.empty() ? "" : ".") + std::string(place.missing) + ": " + misfit.sentence);
  }
  std::ranges::move(report.take(), std::back_inserter(findings));
  std::ranges::stable_sort(findings, {}, [](const config::Diagnostic& finding) {
    return std::tuple(finding.line, finding.column);
  });
}

}  // namespace

wire::MacAddress default_mac(std::uint64_t machines_before) {
  return wire::MacAddress::of_number(Group{}.mac_first.number() + machines_before);
}

tl::expected<ScenarioFile, config::Diagnostics> parse_scenario(std::string_view yaml,
                                                               std::string_view file_name) {
  config::Report report(file_name);
  ScenarioFile file;
  if (const auto fault = config::find_text_fault(yaml)) {
    report.add_at(fault->line, fault->column, fault->sentence);
    return tl::unexpected<config::Diagnostics>(report.take());
  }
  const config::Document document = config::parse_document(yaml, report);
  const config::Node* root = document.root;
  if (root != nullptr && root->kind == config::Node::Kind::mapping) {
    file = read_file(Cursor(*root, "a mapping", report));
    config::Diagnostics findings = report.take();
    if (findings.size() < config::kDiagnosticsMax) {
      add_misfits(file.scenario, *root, file_name, findings);
    }
    if (!findings.empty()) return tl::unexpected(std::move(findings));
    return file;
  }
  if (root != nullptr && root->kind != config::Node::Kind::empty) {
    report.add(*root,
               "a scenario is a mapping of keys; expected something like 'groups: "
               "[{machines: 200}]'");
  }
  if (!report.empty()) return tl::unexpected<config::Diagnostics>(report.take());
  return file;
}

tl::expected<ScenarioFile, config::Diagnostics> load_scenario(const std::string& path) {
  const auto text = config::read_file_text(path, "scenario file", config::kFileBytesMax);
  if (!text) {
    return tl::unexpected<config::Diagnostics>(
        config::Diagnostics{{path, 0, 0, text.error().sentence}});
  }
  if (text->size() > config::kFileBytesMax) {
    return tl::unexpected<config::Diagnostics>(config::Diagnostics{
        {path, 0, 0,
         "is over 16 MiB, the most a scenario file may have; MAC addresses fit into a "
         "file of their own (mac: PATH)"}});
  }
  return parse_scenario(*text, path);
}

}  // namespace stentor::storm
