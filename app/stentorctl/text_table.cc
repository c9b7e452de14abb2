// SPDX-License-Identifier: BSD-3-Clause
#include "text_table.h"

#include <algorithm>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/check.h"

namespace stentor::ctl {

namespace {

constexpr std::string_view kGap = "  ";
constexpr std::string_view kCut = "...";
// A terminal that is narrower gets wrapped lines: columns of a letter help nobody.
constexpr std::size_t kLastColumnMin = 8;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Characters of UTF-8; what is none counts a byte each.
std::size_t width_of(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues_character));
}

}  // namespace

std::string cut_to(std::string_view text, std::size_t width) {
  if (width_of(text) <= width || width < kCut.size()) return std::string(text);
  std::size_t end = 0;
  for (std::size_t left = width - kCut.size(); end < text.size(); ++end) {
    if (continues_character(text[end])) continue;
    if (left == 0) break;
    --left;
  }
  return std::string(text.substr(0, end)) + std::string(kCut);
}

TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return {size.ws_col, size.ws_row};
}

std::string harmless(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // C1 controls, U+0080 to U+009F, are 0xC2 and a byte below 0xA0 in UTF-8.
    const bool is_c1 =
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (is_c1) ++i;
    shown += byte < 0x20 || byte == 0x7f || is_c1 ? '?' : text[i];
  }
  return shown;
}

void TextTable::add(std::vector<std::string> row) {
  CHECK(row.size() == columns_.size());
  for (std::string& cell : row) cell = harmless(cell);
  rows_.push_back(std::move(row));
}

std::string TextTable::text(std::size_t width) const {
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    titles.emplace_back(columns_[c].title);
    std::size_t widest = titles.back().size();
    for (const auto& row : rows_) widest = std::max(widest, width_of(row[c]));
    widths.push_back(widest);
  }
  std::size_t before_last = 0;
  for (std::size_t c = 0; c + 1 < widths.size(); ++c) before_last += widths[c] + kGap.size();
  if (width >= before_last + kLastColumnMin) {
    widths.back() = std::min(widths.back(), width - before_last);
  }
  std::string text;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string cell = c + 1 == cells.size() ? cut_to(cells[c], widths[c]) : cells[c];
      const std::string blank(widths[c] - std::min(widths[c], width_of(cell)), ' ');
      if (c != 0) line += kGap;
      line += columns_[c].align == Align::right ? blank + cell : cell + blank;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_line(titles);
  for (const auto& row : rows_) add_line(row);
  return text;
}

void TextTable::print() const { std::fputs(text(terminal_size().columns).c_str(), stdout); }

}  // namespace stentor::ctl
