// SPDX-License-Identifier: BSD-3-Clause
// Goal: the schema that is shipped says what the table of keys says, and the example shows every
// key.
#include "config/key.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "config/deploy_paths.h"
#include "config/document.h"
#include "config/option_definition.h"
#include "config/option_value.h"
#include "config/report.h"
#include "config/settings.h"
#include "config/unit.h"

namespace stentor::config {
namespace {

using Json = nlohmann::json;
using Names = std::set<std::string>;

std::string read_file(const char* path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

Names forms_as_types(std::uint8_t forms) {
  Names types;
  if ((forms & kText) != 0) types.insert("string");
  if ((forms & kInteger) != 0) types.insert("integer");
  if ((forms & kBoolean) != 0) types.insert("boolean");
  if ((forms & kList) != 0) types.insert("array");
  if ((forms & kMapping) != 0) types.insert("object");
  return types;
}

Names types_of(const Json& schema) {
  const Json& type = schema.at("type");
  return type.is_array() ? type.get<Names>() : Names{type.get<std::string>()};
}

Names keys_of(const Json& object) {
  Names names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

// Words of the alternatives that a schema lists stand in its description, and its limits too.
void check_limits(const Json& schema, const std::string& description, const std::string& path) {
  for (const char* limit : {"minimum", "maximum"}) {
    if (!schema.contains(limit)) continue;
    EXPECT_NE(description.find(schema.at(limit).dump()), std::string::npos) << path << ' ' << limit;
  }
  if (!schema.contains("enum")) return;
  for (const Json& value : schema.at("enum")) {
    const std::string word = value.is_string() ? value.get<std::string>() : value.dump();
    EXPECT_NE(description.find(word), std::string::npos) << path << ": " << word;
  }
}

void check_section(const Json& schema, const Section& section, const std::string& path);

// One definition, for each scope that options are set in.
void check_options(const Json& schema) {
  EXPECT_EQ(types_of(schema), Names{"object"});
  Names names;
  for (const OptionDefinition& definition : option_definitions()) {
    names.emplace(definition.name);
    EXPECT_EQ(schema.at("properties").at(std::string(definition.name)).at("description"),
              std::to_string(definition.code) + ": " + option_expectation(definition));
  }
  EXPECT_EQ(keys_of(schema.at("properties")), names);
  // What option-definitions names.
  EXPECT_EQ(schema.at("additionalProperties").at("$ref"), "#/$defs/option");
}

void check_key(const Json& schema, const Key& key, const std::string& path) {
  std::string description(key.expected);
  if (!key.absent.empty()) description += "; absent: " + std::string(key.absent);
  EXPECT_EQ(types_of(schema), forms_as_types(key.forms)) << path;
  EXPECT_EQ(schema.at("description"), description) << path;
  if (key.name == "options") {
    EXPECT_EQ(schema.at("$ref"), "#/$defs/options") << path;
    return;
  }
  check_limits(schema, description, path);
  const Json* inner = &schema;
  if ((key.forms & kList) != 0) {
    inner = &schema.at("items");
    EXPECT_EQ(inner->at("description"), std::string(key.item_expected)) << path;
    EXPECT_EQ(types_of(*inner), forms_as_types(key.item_forms)) << path;
    check_limits(*inner, std::string(key.item_expected), path);
  }
  if (key.section != nullptr) check_section(*inner, *key.section, path);
}

void check_section(const Json& written, const Section& section, const std::string& path) {
  // What stands elsewhere in the schema.
  const bool refers = written.contains("$ref");
  const Json whole = refers ? Json::parse(read_file(SCHEMA_FILE)) : Json();
  const Json& schema =
      refers ? whole.at(Json::json_pointer(written.at("$ref").get<std::string>().substr(1)))
             : written;
  Names names;
  Names required;
  for (const Key& key : section.keys) {
    names.emplace(key.name);
    if (key.need == Need::required) required.emplace(key.name);
  }
  EXPECT_EQ(schema.at("additionalProperties"), false) << path;
  EXPECT_EQ(schema.value("required", Json::array()).get<Names>(), required) << path;
  ASSERT_EQ(keys_of(schema.at("properties")), names) << path;
  for (const Key& key : section.keys) {
    check_key(schema.at("properties").at(std::string(key.name)), key,
              path + "." + std::string(key.name));
  }
}

TEST(Schema, SaysWhatTheTableSays) {
  const Json schema = Json::parse(read_file(SCHEMA_FILE));
  check_section(schema, kFileSection, "");
  check_options(schema.at("$defs").at("options"));
  const Json& boot = schema.at("properties").at("boot").at("properties");
  check_section(boot.at("menus").at("additionalProperties"), kMenuSection, "boot.menus.*");
  const Json& option = schema.at("$defs").at("option").at("oneOf").at(1);
  EXPECT_EQ(keys_of(option.at("properties")), (Names{"value", "always"}));
  EXPECT_EQ(option.at("required").get<Names>(), Names{"value"});
}

std::string_view absent(const Section& section, std::string_view name) {
  return std::ranges::find(section.keys, name, &Key::name)->absent;
}

TEST(Key, SaysTheDefaultsThatSettingsHave) {
  const Settings settings;
  EXPECT_EQ(parse_duration(absent(kRtoSection, "min")), settings.tftp.rto_min);
  EXPECT_EQ(parse_duration(absent(kRtoSection, "max")), settings.tftp.rto_max);
  EXPECT_EQ(parse_duration(absent(kWatchSection, "settle")), settings.images.watch.settle);
  EXPECT_EQ(parse_duration(absent(kDhcpSection, "pxe-lease-time")), settings.dhcp.pxe_lease_time);
  EXPECT_EQ(parse_duration(absent(kDhcpSection, "offer-hold")), settings.dhcp.offer_hold);
  EXPECT_EQ(parse_duration(absent(kDhcpSection, "decline-hold")), settings.dhcp.decline_hold);
  EXPECT_EQ(parse_number(absent(kTftpSection, "windowsize-max")), settings.tftp.windowsize_max);
  EXPECT_EQ(parse_number(absent(kTftpSection, "transfers-max")), settings.tftp.transfers_max);
  EXPECT_EQ(parse_number(absent(kLimitsSection, "transfers-per-client")),
            settings.limits.transfers_per_client);
  EXPECT_EQ(absent(kManifestSection, "file"), settings.images.manifest_file);
}

// Of a section that stands in several places, those of the first.
void collect_keys(const Section& section, const std::string& path, Names& out,
                  std::set<const Section*>& seen) {
  if (!seen.insert(&section).second) return;
  for (const Key& key : section.keys) {
    const std::string name =
        path.empty() ? std::string(key.name) : path + "." + std::string(key.name);
    out.insert(name);
    const bool list = (key.forms & kList) != 0;
    if (key.section != nullptr) collect_keys(*key.section, list ? name + "[0]" : name, out, seen);
  }
}

void collect_paths(const Node& node, Names& out) {
  for (const Node* child : node.children) {
    if (child->is_key()) {
      // One row of each list is enough to show its keys.
      std::string path = child->path();
      for (std::size_t at = path.find('['); at != std::string::npos; at = path.find('[', at + 1)) {
        path.replace(at, path.find(']', at) - at + 1, "[0]");
      }
      out.insert(path);
    }
    collect_paths(*child, out);
  }
}

// "#key: value", with no blank between, is a key that some sites have.
std::string example_with_all_keys() {
  return std::regex_replace(read_file(EXAMPLE_FILE), std::regex("\n( *)#(?=[a-z])"), "\n$1");
}

TEST(Example, ShowsEveryKey) {
  Names known;
  std::set<const Section*> seen;
  collect_keys(kFileSection, "", known, seen);
  Report report(EXAMPLE_FILE);
  const Document document = parse_document(example_with_all_keys(), report);
  ASSERT_NE(document.root, nullptr);
  Names shown;
  collect_paths(*document.root, shown);
  for (const std::string& key : known) EXPECT_TRUE(shown.contains(key)) << key;
}

// To other YAML readers, the schema's among them, what is not quoted is a number.
TEST(Example, QuotesBytes) {
  Report report(EXAMPLE_FILE);
  const Document document = parse_document(read_file(EXAMPLE_FILE), report);
  std::size_t bytes = 0;
  for (const Node& node : document.nodes) {
    if (!node.text.starts_with("0x")) continue;
    ++bytes;
    EXPECT_TRUE(node.quoted) << node.line;
  }
  EXPECT_GT(bytes, 1u);
}

}  // namespace
}  // namespace stentor::config
