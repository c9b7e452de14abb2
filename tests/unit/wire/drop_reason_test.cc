// SPDX-License-Identifier: BSD-3-Clause
// Goal: the list of drop reasons can serve as metric labels and as documentation.
#include "wire/drop_reason.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace stentor::wire {
namespace {

TEST(DropReason, HasANameOfItsOwnThatIsALabel) {
  std::set<std::string_view> names;
  for (const DropReasonText& reason : kDropReasons) {
    EXPECT_TRUE(names.insert(reason.name).second) << reason.name;
    EXPECT_TRUE(std::all_of(reason.name.begin(), reason.name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    })) << reason.name;
    EXPECT_FALSE(reason.meaning.empty()) << reason.name;
  }
}

TEST(DropReason, IsDescribedByItsOwnRow) {
  EXPECT_EQ(describe(DropReason::ethernet_truncated).name, "ethernet_truncated");
  EXPECT_EQ(describe(DropReason::hand_over_port).name, "hand_over_port");
  EXPECT_EQ(static_cast<std::size_t>(DropReason::hand_over_port) + 1, kDropReasonCount);
}

}  // namespace
}  // namespace stentor::wire
