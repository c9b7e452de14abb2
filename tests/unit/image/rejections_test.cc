// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is not served is listed with its reason as long as that is so, and handed on only when
// it has changed.
#include "image/rejections.h"

#include <gtest/gtest.h>

namespace stentor::image {
namespace {

TEST(Rejections, HandsOnWhatHasChanged) {
  Rejections rejections;
  EXPECT_EQ(rejections.take(), nullptr);
  rejections.set("b", "it is a FIFO");
  rejections.set("a\n", "its hash is wrong");
  const auto files = rejections.take();
  ASSERT_NE(files, nullptr);
  EXPECT_EQ(files->count, 2u);
  ASSERT_EQ(files->rows.size(), 2u);
  EXPECT_EQ(files->rows[0].path, "a\\x0a");
  EXPECT_EQ(files->rows[0].reason, "its hash is wrong");
  EXPECT_EQ(files->rows[1].path, "b");
  EXPECT_EQ(rejections.take(), nullptr);
}

TEST(Rejections, ForgetsWhatIsServedOrGone) {
  Rejections rejections;
  rejections.set("a", "its hash is wrong");
  rejections.note_told();
  rejections.set("a", "its hash is wrong");
  rejections.set("b", "");
  EXPECT_EQ(rejections.take(), nullptr) << "nothing has changed";
  rejections.set("a", "");
  const auto files = rejections.take();
  ASSERT_NE(files, nullptr);
  EXPECT_EQ(files->count, 0u);
  EXPECT_TRUE(files->rows.empty());
}

TEST(Rejections, ListsTheFirstAndCountsTheRest) {
  std::vector<Rejected> all;
  Rejections rejections;
  for (std::size_t i = 0; i < Rejections::kRowsMax + 7; ++i) {
    all.push_back({std::to_string(i), "no"});
    rejections.set(std::to_string(i), "no");
  }
  for (const RejectedFiles& files : {*rejections.take(), make_rejected_files(all)}) {
    EXPECT_EQ(files.rows.size(), Rejections::kRowsMax);
    EXPECT_EQ(files.count, all.size());
  }
  EXPECT_EQ(make_rejected_files({}).count, 0u);
}

}  // namespace
}  // namespace stentor::image
