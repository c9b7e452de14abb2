// SPDX-License-Identifier: BSD-3-Clause
// What clients are like: `match` of a class or a boot rule.
#include <algorithm>
#include <utility>

#include "base/glob.h"
#include "config/ipxe_feature.h"
#include "config/limit.h"
#include "config/option_value.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

using Kind = ClientTest::Kind;
using Tests = std::vector<ClientTest>;

// Sub-options of option 82 that have a key of their own.
constexpr std::uint8_t kSubscriberId = 6;  // RFC 3993
constexpr std::uint8_t kRelayId = 12;      // RFC 6925

ClientMatch any_of(const Tests& tests) {
  ClientMatch any{.kind = ClientMatch::Kind::any};
  for (const ClientTest& test : tests) {
    any.children.push_back({.kind = ClientMatch::Kind::test, .test = test});
  }
  return any;
}

ClientMatch negation_of(ClientMatch match) {
  ClientMatch negation{.kind = ClientMatch::Kind::negation};
  negation.children.push_back(std::move(match));
  return negation;
}

// What `read` adds for one value, or for each of a list: one of them must hold.
template <typename Read>
void read_any(Mapping& section, std::string_view key, ClientMatch& all, const Read& read) {
  const auto value = section.find(key);
  if (!value) return;
  Tests tests;
  if (value->is_scalar()) read(*value, tests);
  for (const Cursor& item : section.find_items(key, kClassConditionsMax)) read(item, tests);
  value->refuse_empty_list();
  all.children.push_back(any_of(tests));
}

std::optional<ValueTest> read_value(const Cursor& value) {
  const std::string& text = value.text();
  if (text.starts_with("0x") || text.starts_with("0X")) {
    const auto bytes = encode_raw_option(value);
    if (!bytes) return std::nullopt;
    return ValueTest{ValueTest::Kind::bytes, {bytes->begin(), bytes->end()}};
  }
  const auto glob = read_text(value, base::kPathBytesMax);
  if (!glob) return std::nullopt;
  if (const auto parsed = base::Glob::parse(*glob, base::PathCase::exact); !parsed) {
    value.unexpected(parsed.error());
    return std::nullopt;
  }
  return ValueTest{ValueTest::Kind::glob, *glob};
}

// Of an option, whose bytes are no text in most cases: what YAML writers mean as another type, and
// as text would never match.
bool is_no_text(const Cursor& value) {
  if (value.node().quoted) return false;
  const std::string& text = value.text();
  const std::string_view digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
  const bool is_number =
      !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number || text == "true" || text == "false" ||
         wire::Ipv4Address::parse(text).has_value();
}

std::optional<ValueTest> read_option_value(const Cursor& value) {
  if (!is_no_text(value)) return read_value(value);
  value.error(
      "an option's value is text or bytes; write bytes like \"0x0007\", or quote it if it is text; "
      "to ask whether it is sent: {exists: true}");
  return std::nullopt;
}

void read_values(Mapping& section, std::string_view key, Kind kind, ClientMatch& all,
                 std::uint8_t code = 0) {
  read_any(section, key, all, [kind, code](const Cursor& item, Tests& tests) {
    auto value = read_value(item);
    if (value) tests.push_back({.kind = kind, .value = *std::move(value), .code = code});
  });
}

void read_macs(Mapping& section, ClientMatch& all) {
  read_any(section, "mac", all, [](const Cursor& item, Tests& tests) {
    const auto pattern = MacPattern::parse(item.text());
    if (pattern) {
      tests.push_back({.kind = Kind::mac, .mac = *pattern});
    } else {
      item.unexpected("no pattern of a MAC address");
    }
  });
}

void read_architectures(Mapping& section, ClientMatch& all) {
  read_any(section, "arch", all, [](const Cursor& item, Tests& tests) {
    for (const std::uint16_t code : read_architecture(item)) {
      tests.push_back({.kind = Kind::architecture, .architecture = code});
    }
  });
}

void read_networks(Mapping& section, std::string_view key, Kind kind, ClientMatch& all) {
  read_any(section, key, all, [kind](const Cursor& item, Tests& tests) {
    const auto address = kind == Kind::relay ? wire::Ipv4Address::parse(item.text()) : std::nullopt;
    const auto prefix = address && address->is_unicast()
                            ? std::optional(wire::Ipv4Prefix{*address, 32})
                            : read_network(item);
    if (prefix) tests.push_back({.kind = kind, .prefix = *prefix});
  });
}

ClientMatch read_existence(const Cursor& value, const ClientTest& test) {
  Mapping section(value, kOptionMatchSection);
  const auto exists = section.find("exists");
  const auto expected = exists ? read_boolean(*exists) : std::nullopt;
  ClientMatch any = any_of({test});
  return expected.value_or(true) ? any : negation_of(std::move(any));
}

// Letters of either case, as other programs write them; ours are small.
void read_uuids(Mapping& section, ClientMatch& all) {
  const auto value = section.find("uuid");
  if (value && value->is_mapping()) {
    all.children.push_back(read_existence(*value, {.kind = Kind::uuid}));
    return;
  }
  read_any(section, "uuid", all, [](const Cursor& item, Tests& tests) {
    auto pattern = read_value(item);
    if (!pattern) return;
    if (pattern->text.find_first_not_of("0123456789abcdefABCDEF-*?") != std::string::npos) {
      item.unexpected("not a part of any UUID");
      return;
    }
    std::ranges::transform(pattern->text, pattern->text.begin(), [](char c) {
      return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    });
    tests.push_back({.kind = Kind::uuid, .value = *std::move(pattern)});
  });
}

void read_ipxe_features(Mapping& section, ClientMatch& all) {
  read_any(section, "ipxe-feature", all, [](const Cursor& item, Tests& tests) {
    auto code = find_ipxe_feature(item.text());
    if (const auto number = parse_number(item.text()); number && *number >= 1 && *number <= 254) {
      code = static_cast<std::uint8_t>(*number);
    }
    if (code) {
      tests.push_back({.kind = Kind::ipxe_feature, .code = *code});
      return;
    }
    std::vector<std::string_view> names;
    for (const IpxeFeature& known : ipxe_features()) names.push_back(known.name);
    const std::string_view meant = find_near_miss(item.text(), names);
    item.unexpected(meant.empty() ? std::string() : "did you mean " + std::string(meant) + "?");
  });
}

// The value of one option: a pattern, a list of them, or {exists: ...}.
void read_option(const Cursor& value, Kind kind, std::uint8_t code, ClientMatch& all) {
  if (value.is_mapping()) {
    all.children.push_back(read_existence(value, {.kind = kind, .code = code}));
    return;
  }
  Tests tests;
  const auto read = [&](const Cursor& item) {
    if (auto test = read_option_value(item)) {
      tests.push_back({.kind = kind, .value = *std::move(test), .code = code});
    }
  };
  if (value.is_scalar()) read(value);
  if (value.is_list()) {
    value.refuse_empty_list();
    for (const Cursor& item :
         read_items(value, kScalar, "text or bytes of the option", kClassConditionsMax)) {
      read(item);
    }
  }
  all.children.push_back(any_of(tests));
}

// A sub-option of option 82: they have no names that everybody knows.
std::optional<std::uint8_t> read_relay_code(const Cursor& name) {
  const auto code = parse_number(name.text());
  if (code && *code >= 1 && *code <= 254) return static_cast<std::uint8_t>(*code);
  name.error("a relay agent's sub-option is a number from 1 to 254");
  return std::nullopt;
}

void read_options_sent(Mapping& section, std::string_view key, Kind kind, ClientMatch& all,
                       const CustomOptions& custom) {
  const auto options = section.find(key);
  if (!options) return;
  const auto pairs = options->node().pairs();
  if (pairs.empty()) options->unexpected("it is empty");
  for (const auto& [number, node] : pairs) {
    const Cursor name(*number, {}, section.report());
    const auto code = kind == Kind::option ? read_option_code(name, custom) : read_relay_code(name);
    const Cursor value(*node,
                       "text in which * stands for any bytes and ? for one, bytes in hexadecimal "
                       "like \"0x0a1b\", a list of them, or {exists: true}",
                       section.report());
    if (value.check_form(kScalar | kList | kMapping) && code) read_option(value, kind, *code, all);
  }
}

ClientMatch read_match(const Cursor& cursor, const NamedClasses& classes,
                       const CustomOptions& custom, unsigned depth);

void read_matches(Mapping& section, std::string_view key, ClientMatch::Kind kind,
                  const NamedClasses& classes, const CustomOptions& custom, unsigned depth,
                  ClientMatch& all) {
  const auto value = section.find(key);
  if (!value) return;
  value->refuse_empty_list();
  ClientMatch matches{.kind = kind};
  for (const Cursor& item : section.find_items(key, kClassConditionsMax)) {
    matches.children.push_back(read_match(item, classes, custom, depth));
  }
  all.children.push_back(std::move(matches));
}

ClientMatch read_match(const Cursor& cursor, const NamedClasses& classes,
                       const CustomOptions& custom, unsigned depth) {
  ClientMatch all{.kind = ClientMatch::Kind::all};
  if (depth > kMatchDepthMax) {
    cursor.error("it is the ninth match, one inside the other; eight are enough");
    return all;
  }
  Mapping section(cursor, kMatchSection);
  if (cursor.node().children.empty()) {
    cursor.error("it is empty, and would match every client; leave match out, or say what for");
  }
  read_macs(section, all);
  read_values(section, "vendor-class", Kind::vendor_class, all);
  read_values(section, "user-class", Kind::user_class, all);
  read_architectures(section, all);
  read_uuids(section, all);
  read_ipxe_features(section, all);
  read_options_sent(section, "option", Kind::option, all, custom);
  if (const auto named = read_class_names(section, "class", classes)) {
    all.children.push_back(any_of({{.kind = Kind::in_class, .classes = *named}}));
  }
  if (const auto value = section.find("reserved")) {
    ClientMatch any = any_of({{.kind = Kind::reserved}});
    const bool expected = read_boolean(*value).value_or(true);
    all.children.push_back(expected ? std::move(any) : negation_of(std::move(any)));
  }
  read_networks(section, "subnet", Kind::subnet, all);
  read_networks(section, "relay", Kind::relay, all);
  read_values(section, "circuit-id", Kind::circuit_id, all);
  read_values(section, "remote-id", Kind::remote_id, all);
  read_values(section, "subscriber-id", Kind::relay_option, all, kSubscriberId);
  read_values(section, "relay-id", Kind::relay_option, all, kRelayId);
  read_options_sent(section, "relay-option", Kind::relay_option, all, custom);
  read_matches(section, "and", ClientMatch::Kind::all, classes, custom, depth + 1, all);
  read_matches(section, "or", ClientMatch::Kind::any, classes, custom, depth + 1, all);
  if (const auto value = section.find("not")) {
    all.children.push_back(negation_of(read_match(*value, classes, custom, depth + 1)));
  }
  return all;
}

}  // namespace

ClientMatch read_match(const Cursor& cursor, const NamedClasses& classes,
                       const CustomOptions& custom) {
  return read_match(cursor, classes, custom, 1);
}

}  // namespace stentor::config
