// SPDX-License-Identifier: BSD-3-Clause
#include "html_table.h"

#include <fmt/format.h>

#include "html_text.h"

namespace stentor::rig {
namespace {

std::string_view style_of(Column kind) {
  switch (kind) {
    case Column::number:
      return " class=\"number\"";
    case Column::wide:
      return " class=\"wide\"";
    case Column::wrapped:
      return " class=\"wrapped\"";
    case Column::text:
      break;
  }
  return "";
}

}  // namespace

HtmlTable::HtmlTable(std::string_view name, std::initializer_list<Head> heads) {
  html_ = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      "aria-label=\"{}\">\n<table>\n<thead><tr>",
      escaped(name));
  for (const Head& head : heads) {
    kinds_.push_back(head.kind);
    html_ += fmt::format("<th scope=\"col\"{}>{}</th>", style_of(head.kind), escaped(head.name));
  }
  html_ += "</tr></thead>\n<tbody>\n";
}

void HtmlTable::begin_row(std::string_view head) {
  column_ = 1;
  html_ += fmt::format("<tr><th scope=\"row\"{}>{}</th>", style_of(kinds_.front()), escaped(head));
}

void HtmlTable::cell(std::string_view text) { cell_html(escaped(text)); }

void HtmlTable::cell_html(std::string_view html) {
  html_ += fmt::format("<td{}>{}</td>", style_of(kinds_.at(column_)), html);
  ++column_;
}

void HtmlTable::end_row() { html_ += "</tr>\n"; }

std::string HtmlTable::text() const { return html_ + "</tbody>\n</table>\n</div>\n"; }

}  // namespace stentor::rig
