// SPDX-License-Identifier: BSD-3-Clause
#include "config/difference.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "base/check.h"
#include "config/difference_report.h"
#include "config/document.h"
#include "config/key.h"
#include "config/report.h"

namespace stentor::config {
namespace {

// What names an item that is a mapping: the first of these that it has.
constexpr std::array<std::string_view, 13> kNames{
    "name", "subnet",    "range",      "from",      "files", "id",     "mac",
    "uuid", "client-id", "circuit-id", "remote-id", "match", "address"};

std::string written(const Node& node);

// On one line, so that no two texts look alike.
std::string written_scalar(const std::string& text) {
  const bool is_plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > ' ' &&
           std::string_view(",[]{}\"\\").find(c) == std::string_view::npos;
  });
  if (is_plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  }
  return quoted + "\"";
}

std::string written_mapping(const Node& node) {
  std::map<std::string, const Node*> by_key;
  for (const Node::Pair& pair : node.pairs()) by_key.emplace(pair.key->text, pair.value);
  std::string text = "{";
  for (const auto& [key, value] : by_key) {
    if (text.size() > 1) text += ", ";
    text += written_scalar(key) + ": " + written(*value);
  }
  return text + "}";
}

std::string written(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
      return "null";
    case Node::Kind::scalar:
      return written_scalar(node.text);
    case Node::Kind::mapping:
      return written_mapping(node);
    case Node::Kind::list:
      break;
  }
  // As most lists may be written.
  if (node.children.size() == 1 && node.children.front()->kind == Node::Kind::scalar) {
    return written(*node.children.front());
  }
  std::string text = "[";
  for (const Node* child : node.children) {
    if (text.size() > 1) text += ", ";
    text += written(*child);
  }
  return text + "]";
}

const Node* find(const Node& mapping, std::string_view key) {
  for (std::size_t at = 0; at + 1 < mapping.children.size(); at += 2) {
    if (mapping.children[at]->text == key) return mapping.children[at + 1];
  }
  return nullptr;
}

std::string name_of(const Node& item, const Section* section) {
  if (item.kind != Node::Kind::mapping) return written(item);
  for (const std::string_view key : kNames) {
    if (const Node* value = find(item, key)) return written(*value);
  }
  return section == &kBootRuleSection ? "every client" : written(item);
}

const Key* find_key(const Section* section, std::string_view name) {
  if (section == nullptr) return nullptr;
  const auto found = std::ranges::find(section->keys, name, &Key::name);
  return found == section->keys.end() ? nullptr : &*found;
}

struct Item {
  std::string name;  // each once: "boot.ipxe", "boot.ipxe (2)"
  const Node* node;
};

std::vector<Item> items_of(const Node& node, const Section* section) {
  std::vector<Item> items;
  const Node* alone = &node;
  std::map<std::string, unsigned> seen;
  for (const Node* child :
       node.kind == Node::Kind::list ? std::span(node.children) : std::span(&alone, 1)) {
    std::string name = name_of(*child, section);
    const unsigned count = ++seen[name];
    if (count > 1) name += " (" + std::to_string(count) + ")";
    items.push_back({std::move(name), child});
  }
  return items;
}

class Comparison {
 public:
  explicit Comparison(DifferenceReport& report) : report_(report) {}

  // `section`: of the mapping that they are, or of the items of the list; nullptr: names are free.
  void compare(const Node& running, const Node& next, const Section* section,
               const std::string& path) {
    if (running.kind == Node::Kind::mapping && next.kind == Node::Kind::mapping) {
      return compare_mappings(running, next, section, path);
    }
    if (running.kind == Node::Kind::list || next.kind == Node::Kind::list) {
      return compare_lists(running, next, section, path);
    }
    std::string from = written(running);
    std::string to = written(next);
    if (from == to) return;
    report_.add({.path = path, .from = std::move(from), .to = std::move(to)});
  }

 private:
  void compare_mappings(const Node& running, const Node& next, const Section* section,
                        const std::string& path) {
    std::map<std::string_view, const Node*> after;
    for (const Node::Pair& pair : next.pairs()) after.emplace(pair.key->text, pair.value);
    for (const Node::Pair& pair : running.pairs()) {
      const std::string below = joined(path, pair.key->text);
      const Key* key = find_key(section, pair.key->text);
      const auto same = after.find(pair.key->text);
      if (same == after.end()) {
        add_one(*pair.value, Change::Kind::removed, key, below);
      } else {
        compare(*pair.value, *same->second, key != nullptr ? key->section : nullptr, below);
        after.erase(same);
      }
    }
    for (const Node::Pair& pair : next.pairs()) {
      if (!after.contains(pair.key->text)) continue;
      add_one(*pair.value, Change::Kind::added, find_key(section, pair.key->text),
              joined(path, pair.key->text));
    }
  }

  // The value of a key that the other side has not. A section's own keys say what holds without
  // them, unless it is said of the section as a whole.
  void add_one(const Node& value, Change::Kind kind, const Key* key, const std::string& path) {
    const bool is_section = key != nullptr && key->absent.empty() && key->need == Need::optional &&
                            (key->forms & kMapping) != 0;
    if (value.kind == Node::Kind::mapping && is_section) {
      const Node nothing{.kind = Node::Kind::mapping, .text = {}, .children = {}};
      const bool is_new = kind == Change::Kind::added;
      return compare_mappings(is_new ? nothing : value, is_new ? value : nothing, key->section,
                              path);
    }
    std::string text = written(value);
    const std::string absent(key != nullptr ? key->absent : std::string_view());
    if (text == absent) return;
    add_whole(kind, path, std::move(text), absent);
  }

  void add_whole(Change::Kind kind, const std::string& path, std::string text,
                 std::string absent = {}) {
    Change change{.kind = kind, .path = path, .absent = std::move(absent)};
    (kind == Change::Kind::added ? change.to : change.from) = std::move(text);
    report_.add(std::move(change));
  }

  void compare_lists(const Node& running, const Node& next, const Section* section,
                     const std::string& path) {
    const std::vector<Item> before = items_of(running, section);
    const std::vector<Item> after = items_of(next, section);
    std::map<std::string_view, const Node*> left;
    for (const Item& item : after) left.emplace(item.name, item.node);
    std::vector<std::string_view> kept;
    for (const Item& item : before) {
      const std::string below = path + "[" + item.name + "]";
      const auto same = left.find(item.name);
      if (same == left.end()) {
        add_item(Change::Kind::removed, below, item);
      } else {
        compare(*item.node, *same->second, section, below);
        kept.push_back(item.name);
        left.erase(same);
      }
    }
    std::vector<std::string_view> kept_after;
    for (const Item& item : after) {
      if (left.contains(item.name)) {
        add_item(Change::Kind::added, path + "[" + item.name + "]", item);
      } else {
        kept_after.push_back(item.name);
      }
    }
    if (kept != kept_after) add_order(kept, kept_after, path);
  }

  void add_item(Change::Kind kind, const std::string& path, const Item& item) {
    std::string text = written(*item.node);
    if (text == item.name) text.clear();
    add_whole(kind, path, std::move(text));
  }

  void add_order(const std::vector<std::string_view>& before,
                 const std::vector<std::string_view>& after, const std::string& path) {
    const auto in_order = [](const std::vector<std::string_view>& names) {
      std::string text = "in the order";
      for (const std::string_view name : names) text += " " + std::string(name);
      return text;
    };
    report_.add({.path = path, .from = in_order(before), .to = in_order(after)});
  }

  static std::string joined(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
  }

  DifferenceReport& report_;
};

Document document_of(const Settings& settings) {
  CHECK(settings.source != nullptr);
  Report report(settings.source->origin);
  Document document = parse_document(settings.source->text, report);
  CHECK(document.root != nullptr);
  return document;
}

}  // namespace

std::string Change::text() const {
  const std::string behind = absent.empty() ? "" : " (without it: " + absent + ")";
  const auto value = [](const std::string& text) { return text.empty() ? "" : ": " + text; };
  switch (kind) {
    case Kind::added:
      return "+ " + path + value(to) + behind;
    case Kind::removed:
      return "- " + path + value(from) + behind;
    case Kind::changed:
      break;
  }
  return "~ " + path + ": " + from + " -> " + to;
}

Difference difference(const Settings& running, const Settings& next) {
  DifferenceReport report;
  const Document before = document_of(running);
  const Document after = document_of(next);
  Comparison(report).compare(*before.root, *after.root, &kFileSection, "");
  compare_hosts(running, next, report);
  compare_secrets(running, next, report);
  return report.take();
}

}  // namespace stentor::config
