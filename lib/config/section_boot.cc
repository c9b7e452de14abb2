// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "config/architecture.h"
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

void add_architecture(const Cursor& value, std::vector<std::uint16_t>& codes) {
  for (const std::uint16_t code : read_architecture(value)) {
    if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
  }
}

void read_architectures(Mapping& section, std::vector<std::uint16_t>& codes) {
  const auto value = section.find("arch");
  if (!value) return;
  if (value->is_scalar()) return add_architecture(*value, codes);
  if (value->node().children.empty()) return value->unexpected("the list is empty");
  for (const Cursor& item : section.find_items("arch", kArchitecturesPerRuleMax)) {
    add_architecture(item, codes);
  }
}

}  // namespace

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

void read_boot(const Cursor& cursor, Settings& settings) {
  Mapping section(cursor, kBootSection);
  const Node* catch_all = nullptr;
  for (const Cursor& item : section.find_items("rules", kBootRulesMax)) {
    Mapping entry(item, kBootRuleSection);
    BootRule rule;
    bool conditions = false;
    if (const auto match = entry.find("match")) {
      Mapping fields(*match, kBootMatchSection);
      read_architectures(fields, rule.match.architectures);
      if (const auto value = fields.find("user-class")) {
        rule.match.user_class = read_text(*value, kUserClassBytesMax);
      }
      rule.match.classes = read_class_names(fields, "class", settings.dhcp.classes);
      conditions = !match->node().children.empty();
    }
    assign(rule.target, read_boot_target(entry));
    if (catch_all != nullptr) {
      item.error("no client reaches this rule: the one in line " + std::to_string(catch_all->line) +
                 " matches every client; move it to the end");
    } else if (!conditions) {
      catch_all = &item.node();
    }
    settings.boot_rules.push_back(std::move(rule));
  }
}

}  // namespace stentor::config
