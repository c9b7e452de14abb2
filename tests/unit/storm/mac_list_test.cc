// SPDX-License-Identifier: BSD-3-Clause
// Goal: a list of MAC addresses as people have it: plain, or the first column of an inventory.
#include "storm/mac_list.h"

#include <gtest/gtest.h>

namespace stentor::storm {
namespace {

TEST(MacList, ReadsTheFirstColumnAndSkipsComments) {
  const auto macs = parse_mac_list(
      "# rack 7\n52:54:00:00:00:01\r\n\n  52-54-00-00-00-02,node2,10.0.0.2\n"
      "52:54:00:00:00:03 node3 # spare",
      "list");
  ASSERT_TRUE(macs) << macs.error().sentence;
  ASSERT_EQ(macs->size(), 3u);
  EXPECT_EQ((*macs)[1].text().view(), "52:54:00:00:00:02");
}

TEST(MacList, NamesTheLineThatIsWrong) {
  EXPECT_EQ(parse_mac_list("52:54:00:00:00:01\nnode2\n", "list").error().sentence.substr(0, 14),
            "list:2: 'node2");
  EXPECT_EQ(parse_mac_list("# nothing\n", "list").error().sentence, "list: the list is empty");
}

TEST(MacList, AFileThatIsNotThereIsASentence) {
  EXPECT_NE(read_mac_file("/nowhere/macs").error().sentence.find("/nowhere/macs cannot be opened"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::storm
