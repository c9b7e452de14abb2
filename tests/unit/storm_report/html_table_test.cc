// SPDX-License-Identifier: BSD-3-Clause
#include "html_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stentor::rig {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Goal: cells follow their column, and text is text, in heads, cells and the name alike.
TEST(HtmlTable, CellsAreEscapedAndAligned) {
  HtmlTable table("a <b>", {{"Name <i>"}, {"Count", Column::number}, {"Bar"}});
  table.begin_row("<script>");
  table.cell("1&2");
  table.cell_html("<svg></svg>");
  table.end_row();
  const std::string text = table.text();
  EXPECT_THAT(text, HasSubstr("aria-label=\"a &lt;b&gt;\""));
  EXPECT_THAT(text, HasSubstr("<th scope=\"col\">Name &lt;i&gt;</th>"));
  EXPECT_THAT(text, HasSubstr("<tr><th scope=\"row\">&lt;script&gt;</th>"
                              "<td class=\"number\">1&amp;2</td><td><svg></svg></td></tr>"));
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
}

// Goal: the second row begins at the first column again.
TEST(HtmlTable, EachRowStartsOver) {
  HtmlTable table("rows", {{"A"}, {"B", Column::number}});
  for (int row = 0; row < 2; ++row) {
    table.begin_row("a");
    table.cell("1");
    table.end_row();
  }
  EXPECT_THAT(table.text(),
              HasSubstr("</tr>\n<tr><th scope=\"row\">a</th><td class=\"number\">1<"));
}

}  // namespace
}  // namespace stentor::rig
