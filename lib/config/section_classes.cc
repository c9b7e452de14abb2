// SPDX-License-Identifier: BSD-3-Clause
// dhcp.classes, and where classes are named.
#include <algorithm>

#include "config/limit.h"
#include "config/match_budget.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

void check_name(const Cursor& value, const std::vector<ClientClass>& before) {
  const auto same = std::ranges::find(before, value.text(), &ClientClass::name);
  if (same != before.end()) value.error("another class has this name; choose another");
}

// Where the name of each class stands; nullptr: it has none.
std::vector<const Node*> names_of(const std::vector<Cursor>& items) {
  std::vector<const Node*> names;
  for (const Cursor& item : items) {
    const Node*& name = names.emplace_back(nullptr);
    for (const auto& [key, value] : item.node().pairs()) {
      if (key->text == "name") name = value;
    }
  }
  return names;
}

// A name that none of the classes before has.
void refuse_name(const Cursor& value, const NamedClasses& classes) {
  const auto later = std::ranges::find_if(classes.later, [&value](const Node* name) {
    return name != nullptr && name->text == value.text();
  });
  if (later != classes.later.end()) {
    return value.error(later == classes.later.begin()
                           ? "it is the class itself; remove it"
                           : "the class of this name comes later, in line " +
                                 std::to_string((*later)->line) +
                                 ", and classes are looked at in order: a match asks for those "
                                 "before it; move that class up, or this one down");
  }
  std::vector<std::string_view> names;
  names.reserve(classes.known.size());
  for (const ClientClass& known : classes.known) names.push_back(known.name);
  const std::string_view meant = find_near_miss(value.text(), names);
  value.error("dhcp.classes has no class of this name" +
              (meant.empty() ? std::string("; add it there, or remove it here")
                             : "; did you mean " + std::string(meant) + "?"));
}

ClassMask bit_named(const Cursor& value, const NamedClasses& classes) {
  const auto found = std::ranges::find(classes.known, value.text(), &ClientClass::name);
  if (found != classes.known.end()) return ClassMask{1} << (found - classes.known.begin());
  refuse_name(value, classes);
  return 0;
}

}  // namespace

void read_classes(Mapping& section, std::vector<ClientClass>& classes,
                  const CustomOptions& custom) {
  MatchBudget budget(kClassConditionsMax);
  const std::vector<Cursor> items = section.find_items("classes", kClassesMax);
  const std::vector<const Node*> names = names_of(items);
  for (std::size_t at = 0; at < items.size(); ++at) {
    const Cursor& item = items[at];
    Mapping entry(item, kClassSection);
    ClientClass made;
    if (const auto value = entry.find("name")) {
      check_name(*value, classes);
      // Who names it means it, also where the name is refused.
      made.name = read_name(*value).value_or(value->text());
    }
    if (const auto value = entry.find("match"); value && entry.stands("match")) {
      made.match = read_match(*value, {classes, std::span(names).subspan(at)}, custom);
      budget.add(item, "class", *made.match);
    }
    if (const auto value = entry.find("options")) made.options = read_options(*value, custom);
    if (const auto value = entry.find("quirks")) {
      read_class_quirks(*value, made.quirks.emplace(), custom);
    }
    if (const auto value = entry.find("tftp")) read_class_tftp(*value, made.tftp.emplace());
    classes.push_back(std::move(made));
  }
}

std::optional<ClassMask> read_class_names(Mapping& section, std::string_view key,
                                          const NamedClasses& classes) {
  const auto value = section.find(key);
  if (!value) return std::nullopt;
  value->refuse_empty_list();
  ClassMask mask = 0;
  if (value->is_scalar()) mask = bit_named(*value, classes);
  for (const Cursor& item : section.find_items(key, kClassesMax)) mask |= bit_named(item, classes);
  return mask;
}

}  // namespace stentor::config
