// SPDX-License-Identifier: BSD-3-Clause
#include "config/architecture.h"
#include "config/limit.h"
#include "config/match_budget.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
std::vector<std::uint16_t> read_architecture(const Cursor& value) {
  std::vector<std::uint16_t> found = find_architecture(value.text());
  if (found.empty()) {
    if (const auto number = parse_number(value.text()); number && *number <= 65535) {
      found.push_back(static_cast<std::uint16_t>(*number));
    }
  }
  if (!found.empty()) return found;
  std::vector<std::string_view> names;
  for (const Architecture& architecture : architectures()) names.push_back(architecture.name);
  const std::string_view meant = find_near_miss(value.text(), names);
  value.unexpected(meant.empty() ? std::string() : "did you mean " + std::string(meant) + "?");
  return found;
}

namespace {

// Whether there is no client that the target is passed over for, as one is that lacks a word,
// takes no URL or shows no menu.
bool is_for_all(const BootTarget& target) {
  const auto file = ClientTemplate::parse(target.file);
  return target.url.empty() && !target.menu && file && file->pieces.empty();
}

}  // namespace

void read_boot(const Cursor& cursor, Settings& settings, const CustomOptions& custom) {
  Mapping section(cursor, kBootSection);
  MatchBudget budget(kBootConditionsMax);
  for (const ClientClass& named : settings.dhcp.classes) {
    if (named.match) budget.add_options(*named.match);
  }
  read_menus(section, settings.boot_menus);
  const Node* catch_all = nullptr;
  for (const Cursor& item : section.find_items("rules", kBootRulesMax)) {
    Mapping entry(item, kBootRuleSection);
    BootRule rule;
    const auto match = entry.find("match");
    if (match && !match->node().children.empty()) {
      rule.match = read_match(*match, {settings.dhcp.classes}, custom);
      budget.add(item, "rule", *rule.match);
    }
    assign(rule.target, read_boot_target(item, entry, &settings.boot_menus));
    if (catch_all != nullptr) {
      item.error("no client reaches this rule: the one in line " + std::to_string(catch_all->line) +
                 " matches every client; move it to the end");
    } else if (!rule.match && is_for_all(rule.target)) {
      catch_all = &item.node();
    }
    settings.boot_rules.push_back(std::move(rule));
  }
}

}  // namespace stentor::config
