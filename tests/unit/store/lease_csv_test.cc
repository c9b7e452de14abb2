// SPDX-License-Identifier: BSD-3-Clause
// Goal: any value comes back as it was written, and lines are counted for whoever has to look.
#include "store/lease_csv.h"

#include <gtest/gtest.h>

namespace stentor::store {
namespace {

using Texts = std::vector<std::string>;

TEST(LeaseCsv, QuotesWhatWouldEndAValue) {
  EXPECT_EQ(csv_line(Texts{"10.20.0.7", "", "node 7"}), "10.20.0.7,,node 7\n");
  EXPECT_EQ(csv_value("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_value("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(csv_value("a\nb"), "\"a\nb\"");
  EXPECT_EQ(csv_value("a\rb"), "\"a\rb\"");
}

TEST(LeaseCsv, IsReadBackAsItWasWritten) {
  const Texts hostile{"",       "plain", "a,b", "\"", "\"\"",           "a\"b",
                      "\r\n,,", "\n",    ",",   "=1", "\xff\x01 \xc3z", std::string("\0x", 2)};
  const std::string text = csv_line(hostile) + csv_line(Texts{"after", ""});
  CsvReader reader(text);
  const auto first = reader.next();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_whole);
  EXPECT_EQ(first->values, hostile);
  const auto second = reader.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->line, 4u) << "two values had a line's end in them";
  EXPECT_EQ(second->values, (Texts{"after", ""}));
  EXPECT_FALSE(reader.next());
}

TEST(LeaseCsv, LinesEndAsAnyProgramEndsThem) {
  CsvReader reader("a,b\r\n\r\n\n\"c\"\r\nlast");
  EXPECT_EQ(reader.next()->values, (Texts{"a", "b"}));
  const auto second = reader.next();
  EXPECT_EQ(second->values, Texts{"c"});
  EXPECT_EQ(second->line, 4u);
  EXPECT_EQ(reader.next()->values, Texts{"last"});
  EXPECT_FALSE(reader.next());
}

TEST(LeaseCsv, SaysWhereQuotesDoNotEnd) {
  CsvReader reader("a\n\"b,c\nd");
  EXPECT_TRUE(reader.next()->is_whole);
  const auto broken = reader.next();
  ASSERT_TRUE(broken);
  EXPECT_FALSE(broken->is_whole);
  EXPECT_EQ(broken->line, 2u);
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace stentor::store
