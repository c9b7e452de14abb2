// SPDX-License-Identifier: BSD-3-Clause
// Options of the site's own: a name and a type for a code that has none.
#include <algorithm>
#include <string>

#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

using enum OptionType;

constexpr std::array<Choice<OptionType>, 13> kTypes{{{"string", text},
                                                     {"binary", binary},
                                                     {"boolean", boolean},
                                                     {"uint8", uint8},
                                                     {"uint16", uint16},
                                                     {"uint32", uint32},
                                                     {"int32", int32},
                                                     {"seconds", seconds},
                                                     {"address", address},
                                                     {"addresses", address_list},
                                                     {"domain", domain_name},
                                                     {"domains", domain_list},
                                                     {"routes", route_list}}};

std::optional<std::string_view> read_option_name(const Cursor& value, const CustomOptions& known) {
  const auto name = read_name(value);
  if (!name) return std::nullopt;
  const bool is_taken = find_option(*name) != nullptr || find_owned_option(*name) != nullptr ||
                        std::ranges::find(known, *name, &OptionDefinition::name) != known.end();
  if (is_taken) {
    value.error("another option has this name; choose a different one");
    return std::nullopt;
  }
  if (name->find_first_not_of("0123456789") == std::string::npos) {
    value.error("a number is no name; choose a different one");
    return std::nullopt;
  }
  return value.text();
}

std::optional<std::uint8_t> read_code(const Cursor& value, const CustomOptions& known) {
  const auto code = read_number<std::uint8_t>(value, 1, 254);
  if (!code) return std::nullopt;
  if (const OptionDefinition* standard = find_option(*code)) {
    value.error("this option is " + std::string(standard->name) + "; use that name");
    return std::nullopt;
  }
  if (const OwnedOption* owned = find_owned_option(*code)) {
    value.error("this option is " + std::string(owned->name) +
                ", which is not set: " + std::string(owned->remedy));
    return std::nullopt;
  }
  if (std::ranges::find(known, *code, &OptionDefinition::code) != known.end()) {
    value.error("another definition has this code; keep one of them");
    return std::nullopt;
  }
  return code;
}

}  // namespace

CustomOptions read_option_definitions(Mapping& dhcp) {
  CustomOptions definitions;
  for (const Cursor& item : dhcp.find_items("option-definitions", kOptionDefinitionsMax)) {
    Mapping section(item, kOptionDefinitionSection);
    const auto name = section.find("name");
    const auto code = section.find("code");
    const auto type = section.find("type");
    const auto read_as = name ? read_option_name(*name, definitions) : std::nullopt;
    const auto number = code ? read_code(*code, definitions) : std::nullopt;
    const auto kind = type ? read_choice(*type, kTypes) : std::nullopt;
    if (!read_as) continue;
    // Of one whose code or type was refused the name is known: what refers to it is not wrong too.
    definitions.push_back({number.value_or(0), kind.value_or(binary), *read_as});
  }
  return definitions;
}

}  // namespace stentor::config
