// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reading a document against the table of keys (key.h): a Cursor is a value together with what is
// expected of it, a Mapping is a section whose keys have been checked.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "config/key.h"
#include "config/report.h"

namespace stentor::config {

class Cursor {
 public:
  Cursor(const Node& node, std::string_view expected, Report& report)
      : node_(&node), expected_(expected), report_(&report) {}

  [[nodiscard]] const Node& node() const { return *node_; }
  [[nodiscard]] Report& report() const { return *report_; }
  [[nodiscard]] bool is_scalar() const { return node_->kind == Node::Kind::scalar; }
  [[nodiscard]] bool is_list() const { return node_->kind == Node::Kind::list; }
  [[nodiscard]] bool is_mapping() const { return node_->kind == Node::Kind::mapping; }
  [[nodiscard]] const std::string& text() const { return node_->text; }
  // Is it this plain word? What is quoted is never a keyword.
  [[nodiscard]] bool is_word(std::string_view word) const {
    return is_scalar() && !node_->quoted && node_->text == word;
  }

  // The same value, with something else expected of it.
  [[nodiscard]] Cursor expecting(std::string_view expected) const {
    return {*node_, expected, *report_};
  }

  void error(std::string_view sentence) const { report_->add(*node_, sentence); }
  // "REASON; expected ..."; the reason may be empty.
  void unexpected(std::string_view reason = {}) const;
  // Reports a list without items.
  void refuse_empty_list() const {
    if (is_list() && node_->children.empty()) unexpected("the list is empty");
  }
  // Reports a value of a form that is not among `forms`.
  [[nodiscard]] bool check_form(std::uint8_t forms) const;

 private:
  const Node* node_;
  std::string_view expected_;
  Report* report_;
};

// The items of a list whose form is right. Reports the others; or that the list is longer than
// `items_max`, of which that many are looked at: what refers to them is not wrong too.
std::vector<Cursor> read_items(const Cursor& list, std::uint8_t item_forms,
                               std::string_view item_expected, std::size_t items_max);

class Mapping {
 public:
  // Reports unknown keys, absent required ones and values of a wrong form. A `node` that is no
  // mapping counts as empty.
  Mapping(const Cursor& cursor, const Section& section);
  // Every key of the section must have been asked for: no key may do nothing.
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  // The value, if the key is there and its form is right.
  std::optional<Cursor> find(std::string_view key);
  // The items of the list that the key holds, if it is one.
  std::vector<Cursor> find_items(std::string_view key, std::size_t items_max);
  // Whether the key is there, whatever its value. Does not count as asking for it.
  [[nodiscard]] bool stands(std::string_view key) const;
  [[nodiscard]] Report& report() const { return cursor_.report(); }

 private:
  [[nodiscard]] std::size_t index_of(std::string_view key) const;
  void report_unknown(const Node& key) const;

  Cursor cursor_;
  const Section& section_;
  std::vector<const Node*> values_;  // by key of the section; nullptr: absent or of a wrong form
  std::vector<bool> present_;
  std::vector<bool> asked_;
};

}  // namespace stentor::config
