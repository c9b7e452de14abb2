// SPDX-License-Identifier: BSD-3-Clause
#include "config/cursor.h"

#include <algorithm>
#include <array>
#include <exception>
#include <span>

#include "base/check.h"
#include "config/near_miss.h"

namespace stentor::config {
namespace {

// Words that YAML 1.1 readers take for false or nothing, and that operators write for "nothing".
bool means_nothing(const Node& node) {
  constexpr std::array<std::string_view, 10> kWords{"off", "Off", "OFF", "no",      "No",
                                                    "NO",  "",    "nil", "disable", "disabled"};
  return !node.quoted && std::ranges::find(kWords, node.text) != kWords.end();
}

std::string_view form_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
      return "there is no value";
    case Node::Kind::scalar:
      return "a single value cannot stand here";
    case Node::Kind::list:
      return "a list cannot stand here";
    case Node::Kind::mapping:
      return "a mapping (KEY: VALUE) cannot stand here";
  }
  return {};
}

std::uint8_t forms_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
      return 0;
    case Node::Kind::scalar:
      return kScalar;
    case Node::Kind::list:
      return kList;
    case Node::Kind::mapping:
      return kMapping;
  }
  return 0;
}

}  // namespace

void Cursor::unexpected(std::string_view reason) const {
  std::string sentence(reason);
  const bool question = sentence.ends_with('?');
  if (!sentence.empty()) sentence += question ? " " : "; ";
  sentence += question ? "Expected " : "expected ";
  sentence += expected_;
  if (means_nothing(*node_) && expected_.find("none") != std::string_view::npos) {
    sentence += "; \"nothing\" is spelled none (YAML takes off and no for false)";
  }
  error(sentence);
}

bool Cursor::check_form(std::uint8_t forms) const {
  if ((forms & forms_of(*node_)) != 0) return true;
  unexpected(form_name(*node_));
  return false;
}

std::vector<Cursor> read_items(const Cursor& list, std::uint8_t item_forms,
                               std::string_view item_expected, std::size_t items_max) {
  std::vector<Cursor> items;
  const std::vector<const Node*>& children = list.node().children;
  const bool too_long = children.size() > items_max;
  if (too_long) {
    list.unexpected("the list is too long: " + std::to_string(children.size()) +
                    " items, at most " + std::to_string(items_max));
  }
  items.reserve(std::min(children.size(), items_max));
  for (const Node* child : std::span(children).first(std::min(children.size(), items_max))) {
    const Cursor item(*child, item_expected, list.report());
    const bool fits = (item_forms & forms_of(*child)) != 0;
    if (fits || (!too_long && item.check_form(item_forms))) items.push_back(item);
  }
  return items;
}

Mapping::Mapping(const Cursor& cursor, const Section& section)
    : cursor_(cursor),
      section_(section),
      values_(section.keys.size()),
      present_(section.keys.size()),
      asked_(section.keys.size()) {
  for (const auto& [name, node] : cursor.node().pairs()) {
    const std::size_t index = index_of(name->text);
    if (index == section.keys.size()) {
      report_unknown(*name);
      continue;
    }
    if (present_[index]) continue;  // a duplicate, which the document has reported
    present_[index] = true;
    const Key& key = section.keys[index];
    const Node& value = *node;
    // A section whose every line is commented out.
    const bool vacant = value.kind == Node::Kind::empty && (key.forms & kMapping) != 0 &&
                        key.section != nullptr && key.need == Need::optional;
    if (vacant || Cursor(value, key.expected, cursor.report()).check_form(key.forms)) {
      values_[index] = &value;
    }
  }
  for (std::size_t index = 0; index < section.keys.size(); ++index) {
    const Key& key = section.keys[index];
    if (key.need != Need::required || present_[index]) continue;
    cursor.error("the key '" + std::string(key.name) + "' is missing; expected " +
                 std::string(key.expected));
  }
}

Mapping::~Mapping() {
  CHECK(std::uncaught_exceptions() > 0 || std::ranges::find(asked_, false) == asked_.end());
}

std::optional<Cursor> Mapping::find(std::string_view key) {
  const std::size_t index = index_of(key);
  CHECK(index < section_.keys.size());
  asked_[index] = true;
  if (values_[index] == nullptr) return std::nullopt;
  return Cursor(*values_[index], section_.keys[index].expected, cursor_.report());
}

std::vector<Cursor> Mapping::find_items(std::string_view key, std::size_t items_max) {
  const std::optional<Cursor> list = find(key);
  if (!list || !list->is_list()) return {};
  const Key& entry = section_.keys[index_of(key)];
  return read_items(*list, entry.item_forms, entry.item_expected, items_max);
}

bool Mapping::stands(std::string_view key) const {
  const std::size_t index = index_of(key);
  CHECK(index < section_.keys.size());
  return present_[index];
}

std::size_t Mapping::index_of(std::string_view key) const {
  const auto found = std::ranges::find(section_.keys, key, &Key::name);
  return static_cast<std::size_t>(found - section_.keys.begin());
}

void Mapping::report_unknown(const Node& key) const {
  std::vector<std::string_view> known;
  for (const Key& entry : section_.keys) known.push_back(entry.name);
  std::string sentence = "unknown key";
  if (key.text == "<<") {
    sentence = "YAML's merge key is not supported; write the keys out";
  } else if (const std::string_view meant = find_near_miss(key.text, known); !meant.empty()) {
    sentence += "; did you mean '" + std::string(meant) + "'?";
  }
  const bool question = sentence.ends_with('?');
  sentence += question ? " Known in " : "; known in ";
  sentence += std::string(section_.name) + ": " + enumerate(known);
  cursor_.report().add(key, sentence);
}

}  // namespace stentor::config
