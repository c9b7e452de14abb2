// SPDX-License-Identifier: BSD-3-Clause
// Goal: columns line up, a line is no wider than the terminal, and no client moves its cursor.
#include "text_table.h"

#include <gtest/gtest.h>

namespace stentor::ctl {
namespace {

TextTable sample() {
  TextTable table({{"COUNT", TextTable::Align::right}, {"REASON"}, {"MEANING"}});
  table.add({"7", "vlan_unknown", "no network is configured on this VLAN"});
  table.add({"1234567", "x", "y"});
  return table;
}

TEST(TextTable, LinesColumnsUp) {
  EXPECT_EQ(sample().text(0),
            "  COUNT  REASON        MEANING\n"
            "      7  vlan_unknown  no network is configured on this VLAN\n"
            "1234567  x             y\n");
}

TEST(TextTable, FitsTheTerminal) {
  EXPECT_EQ(sample().text(40),
            "  COUNT  REASON        MEANING\n"
            "      7  vlan_unknown  no network is ...\n"
            "1234567  x             y\n");
  EXPECT_EQ(sample().text(20), sample().text(0)) << "narrower than the first columns";
  EXPECT_EQ(sample().text(1000), sample().text(0));
}

TEST(TextTable, CountsCharactersAndCutsNone) {
  TextTable table({{"A"}, {"B"}});
  table.add({"\xc3\xa4\xc3\xb6",
             "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"});
  EXPECT_EQ(table.text(12),
            "A   B\n\xc3\xa4\xc3\xb6  \xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc...\n");
}

TEST(TextTable, ObeysNothingThatAClientSays) {
  TextTable table({{"NAME"}});
  table.add(
      {"\x1b[2Jnode\r\n\x7f\xc2\x9b"
       "1m"});
  EXPECT_EQ(table.text(0), "NAME\n?[2Jnode????1m\n");
  EXPECT_EQ(harmless("\xc3\xa4"), "\xc3\xa4");
}

TEST(TextTable, KnowsThatItIsEmpty) {
  EXPECT_TRUE(TextTable({{"A"}}).is_empty());
  EXPECT_FALSE(sample().is_empty());
}

}  // namespace
}  // namespace stentor::ctl
