// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rows for people: columns as wide as what is in them. On a terminal a line is no wider than that:
// what is too long is cut in the last column.
//
// Cells may hold what clients have said of themselves: no byte of theirs moves a cursor.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ctl {

class TextTable {
 public:
  enum class Align { left, right };
  struct Column {
    std::string_view title;
    Align align = Align::left;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns.
  void add(std::vector<std::string> row);
  [[nodiscard]] bool is_empty() const { return rows_.empty(); }

  // `width`: of the terminal, in characters; 0: as wide as it gets.
  [[nodiscard]] std::string text(std::size_t width) const;
  // To standard output.
  void print() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// In characters; 0 and 0: standard output is no terminal.
struct TerminalSize {
  std::size_t columns = 0;
  std::size_t lines = 0;
};
TerminalSize terminal_size();

// In so many characters at the most, with "..." in place of the rest; a width of less than these
// three cuts nothing.
std::string cut_to(std::string_view text, std::size_t width);

// With what a terminal would obey shown as '?'.
std::string harmless(std::string_view text);

}  // namespace stentor::ctl
