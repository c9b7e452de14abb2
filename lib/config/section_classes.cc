// SPDX-License-Identifier: BSD-3-Clause
// dhcp.classes, and where classes are named.
#include <algorithm>
#include <bitset>

#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

// What all classes ask for together.
struct Conditions {
  std::size_t tests = 0;
  std::bitset<256> options;
};

void count(const ClientMatch& match, Conditions& conditions) {
  if (match.kind == ClientMatch::Kind::test) {
    ++conditions.tests;
    if (match.test.kind == ClientTest::Kind::option) conditions.options.set(match.test.code);
  }
  for (const ClientMatch& child : match.children) count(child, conditions);
}

// Reported at the class that goes beyond.
void check_total(const Cursor& item, const ClientMatch& match, Conditions& conditions) {
  const Conditions before = conditions;
  count(match, conditions);
  if (before.tests <= kClassConditionsMax && conditions.tests > kClassConditionsMax) {
    item.error("with this class there are more than " + std::to_string(kClassConditionsMax) +
               " conditions, and each is looked at for every DHCP message; put them into globs");
  }
  if (before.options.count() <= kClassOptionsMax && conditions.options.count() > kClassOptionsMax) {
    item.error("with this class more than " + std::to_string(kClassOptionsMax) +
               " different options are asked for; ask for fewer");
  }
}

void check_name(const Cursor& value, const std::vector<ClientClass>& before) {
  const auto same = std::ranges::find(before, value.text(), &ClientClass::name);
  if (same != before.end()) value.error("another class has this name; choose another");
}

ClassMask bit_named(const Cursor& value, const std::vector<ClientClass>& classes) {
  const auto found = std::ranges::find(classes, value.text(), &ClientClass::name);
  if (found != classes.end()) return ClassMask{1} << (found - classes.begin());
  std::vector<std::string_view> names;
  names.reserve(classes.size());
  for (const ClientClass& known : classes) names.push_back(known.name);
  const std::string_view meant = find_near_miss(value.text(), names);
  value.error("dhcp.classes has no class of this name" +
              (meant.empty() ? std::string("; add it there, or remove it here")
                             : "; did you mean " + std::string(meant) + "?"));
  return 0;
}

void read_quirks(const Cursor& cursor, ClassQuirks& quirks) {
  Mapping section(cursor, kClassQuirksSection);
  if (const auto value = section.find("reply-delay")) {
    assign(quirks.reply_delay,
           read_duration(*value, std::chrono::seconds{0}, std::chrono::seconds{30}));
  }
}

}  // namespace

void read_classes(Mapping& section, std::vector<ClientClass>& classes,
                  const CustomOptions& custom) {
  Conditions conditions;
  for (const Cursor& item : section.find_items("classes", kClassesMax)) {
    Mapping entry(item, kClassSection);
    ClientClass made;
    if (const auto value = entry.find("name")) {
      check_name(*value, classes);
      // Who names it means it, also where the name is refused.
      made.name = read_name(*value).value_or(value->text());
    }
    if (const auto value = entry.find("match"); value && entry.stands("match")) {
      made.match = read_match(*value, custom);
      check_total(item, *made.match, conditions);
    }
    if (const auto value = entry.find("options")) made.options = read_options(*value, custom);
    if (const auto value = entry.find("tftp")) read_class_tftp(*value, made.tftp.emplace());
    if (const auto value = entry.find("quirks")) read_quirks(*value, made.quirks);
    classes.push_back(std::move(made));
  }
}

std::optional<ClassMask> read_class_names(Mapping& section, std::string_view key,
                                          const std::vector<ClientClass>& classes) {
  const auto value = section.find(key);
  if (!value) return std::nullopt;
  if (value->is_list() && value->node().children.empty()) value->unexpected("the list is empty");
  ClassMask mask = 0;
  if (value->is_scalar()) mask = bit_named(*value, classes);
  for (const Cursor& item : section.find_items(key, kClassesMax)) mask |= bit_named(item, classes);
  return mask;
}

}  // namespace stentor::config
