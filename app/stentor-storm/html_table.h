// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A table of the HTML report, row by row. Text is escaped here; cells of HTML are taken as they
// are.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::rig {

enum class Column {
  text,
  wide,     // text that wraps, but is never narrower than some words
  wrapped,  // text that wraps as it must
  number,   // at the right
};

struct Head {
  std::string_view name;
  Column kind = Column::text;
};

class HtmlTable {
 public:
  // `name` is what a screen reader calls it.
  HtmlTable(std::string_view name, std::initializer_list<Head> heads);

  void begin_row(std::string_view head);  // the first cell, the row's own name
  void cell(std::string_view text);
  void cell_html(std::string_view html);
  void end_row();

  [[nodiscard]] std::string text() const;  // the whole element

 private:
  std::string html_;
  std::vector<Column> kinds_;
  std::size_t column_ = 0;
};

}  // namespace stentor::rig
