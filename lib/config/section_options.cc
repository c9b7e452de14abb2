// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "config/limit.h"
#include "config/option_value.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

constexpr std::uint8_t kV6OnlyPreferred = 108;

struct OptionName {
  std::uint8_t code = 0;
  const OptionDefinition* definition = nullptr;  // nullptr: a number without one
};

void refuse_owned(const Cursor& name, const OwnedOption& owned) {
  name.error("option " + std::to_string(owned.code) + " (" + std::string(owned.name) +
             ") is not set here: " + std::string(owned.remedy));
}

void report_unknown(const Cursor& name, const CustomOptions& custom) {
  std::vector<std::string_view> known;
  for (const OptionDefinition& definition : custom) known.push_back(definition.name);
  for (const OptionDefinition& definition : option_definitions()) known.push_back(definition.name);
  const std::string_view meant = find_near_miss(name.text(), known);
  name.error("no DHCP option has this name; " +
             (meant.empty() ? std::string("give its number (1 to 254), define it in "
                                          "dhcp.option-definitions, or take one of ") +
                                  enumerate(known)
                            : "did you mean '" + std::string(meant) + "'?"));
}

const OptionDefinition* find_custom(const CustomOptions& custom, std::string_view name) {
  const auto found = std::ranges::find(custom, name, &OptionDefinition::name);
  return found == custom.end() ? nullptr : &*found;
}

std::optional<OptionName> resolve_number(const Cursor& name, std::uint64_t number,
                                         const CustomOptions& custom) {
  if (number < 1 || number > 254) {
    name.error("an option's number is 1 to 254");
    return std::nullopt;
  }
  const auto code = static_cast<std::uint8_t>(number);
  if (const OwnedOption* owned = find_owned_option(code)) {
    refuse_owned(name, *owned);
    return std::nullopt;
  }
  const auto found = std::ranges::find(custom, code, &OptionDefinition::code);
  return OptionName{code, found == custom.end() ? find_option(code) : &*found};
}

std::optional<OptionName> resolve(const Cursor& name, const CustomOptions& custom) {
  if (const auto number = parse_number(name.text())) return resolve_number(name, *number, custom);
  if (const OptionDefinition* definition = find_custom(custom, name.text())) {
    // Its code was refused, which has been reported.
    if (definition->code == 0) return std::nullopt;
    return OptionName{definition->code, definition};
  }
  if (const OptionDefinition* definition = find_option(name.text())) {
    return OptionName{definition->code, definition};
  }
  if (const OwnedOption* owned = find_owned_option(name.text())) {
    refuse_owned(name, *owned);
    return std::nullopt;
  }
  report_unknown(name, custom);
  return std::nullopt;
}

std::optional<OptionBytes> encode(const Cursor& value, const OptionName& name) {
  return name.definition != nullptr ? encode_option(value, *name.definition)
                                    : encode_raw_option(value);
}

// none: it is not sent, whatever a wider scope says. Text of these letters is quoted.
std::optional<DhcpOption> read_value(const Cursor& value, const OptionName& name) {
  if (value.is_word("none")) return DhcpOption{.code = name.code, .value = {}, .is_none = true};
  std::optional<OptionBytes> bytes = encode(value, name);
  if (!bytes) return std::nullopt;
  return DhcpOption{.code = name.code, .value = std::move(*bytes)};
}

bool has_key(const Cursor& mapping, std::string_view key) {
  return std::ranges::any_of(mapping.node().pairs(),
                             [key](const Node::Pair& pair) { return pair.key->text == key; });
}

std::optional<DhcpOption> read_option(const Cursor& value, const OptionName& name) {
  // {value: ..., always: ...}, unless it is a mapping of the option's own, whose keys are numbers.
  const bool is_own = name.definition != nullptr && takes_mapping(name.definition->type) &&
                      !has_key(value, "value");
  if (!value.is_mapping() || is_own) return read_value(value, name);
  Mapping section(value, kOptionSection);
  bool always = false;
  if (const auto inner = section.find("always")) assign(always, read_boolean(*inner));
  const auto inner = section.find("value");
  std::optional<DhcpOption> option = inner ? read_value(*inner, name) : std::nullopt;
  if (option) option->always = always;
  if (always && name.code == kV6OnlyPreferred) {
    value.error("only clients that ask for it may get it (RFC 8925); remove 'always'");
  }
  return option;
}

void check_total(const Cursor& section, const std::vector<DhcpOption>& options) {
  std::size_t all = 0;
  std::size_t always = 0;
  for (const DhcpOption& option : options) {
    if (option.is_none) continue;
    const std::size_t bytes = 2 + option.value.size();
    all += bytes;
    if (option.always) always += bytes;
  }
  if (all > kOptionsBytesMax) {
    section.error("the options take " + std::to_string(all) + " bytes, but " +
                  std::to_string(kOptionsBytesMax) + " fit into a reply; remove some");
  }
  if (always > kAlwaysBytesMax) {
    section.error("the options with 'always: true' take " + std::to_string(always) +
                  " bytes, but " + std::to_string(kAlwaysBytesMax) +
                  " fit into every client's reply; remove 'always' from some");
  }
}

}  // namespace

std::optional<std::uint8_t> read_option_code(const Cursor& name, const CustomOptions& custom) {
  constexpr std::uint64_t kRelayAgent = 82;
  std::optional<std::uint64_t> code = parse_number(name.text());
  if (const OptionDefinition* definition = find_option(name.text())) code = definition->code;
  if (const OptionDefinition* definition = find_custom(custom, name.text())) {
    if (definition->code == 0) return std::nullopt;
    code = definition->code;
  }
  if (const OwnedOption* owned = find_owned_option(name.text())) code = owned->code;
  if (!code) {
    report_unknown(name, custom);
  } else if (*code < 1 || *code > 254) {
    name.error("an option's number is 1 to 254");
  } else if (*code == kRelayAgent) {
    name.error(
        "what a relay agent says is asked for with relay, circuit-id, remote-id, "
        "subscriber-id, relay-id or relay-option");
  } else {
    return static_cast<std::uint8_t>(*code);
  }
  return std::nullopt;
}

std::vector<DhcpOption> read_options(const Cursor& section, const CustomOptions& custom) {
  std::vector<DhcpOption> options;
  for (const auto& [code, value] : section.node().pairs()) {
    const Cursor key(*code, {}, section.report());
    const std::optional<OptionName> name = resolve(key, custom);
    if (!name) continue;
    // By name and by number; the same key twice is an error of its own.
    if (std::ranges::find(options, name->code, &DhcpOption::code) != options.end()) {
      key.error("option " + std::to_string(name->code) + " is set twice; remove one");
      continue;
    }
    auto option = read_option(Cursor(*value, {}, section.report()), *name);
    if (option) options.push_back(std::move(*option));
  }
  std::ranges::sort(options, {}, &DhcpOption::code);
  check_total(section, options);
  return options;
}

}  // namespace stentor::config
