// SPDX-License-Identifier: BSD-3-Clause
// Goal: an index finds what it was given by key and hash, and of one key the first.
#include "image/path_index.h"

#include <gtest/gtest.h>
#include <vector>

namespace stentor::image {
namespace {

TEST(PathIndex, TellsPathsOfOneHashApart) {
  const std::vector<Image> rows = {{.path = "a"}, {.path = "b"}};
  const std::vector<const Image*> images = {&rows[0], &rows[1]};
  const PathIndex index(images, std::vector<std::uint64_t>{7, 7}, base::PathCase::exact);
  EXPECT_EQ(index.size(), 2u);
  EXPECT_EQ(index.find({"a", 7}), &rows[0]);
  EXPECT_EQ(index.find({"b", 7}), &rows[1]);
  EXPECT_EQ(index.find({"c", 7}), nullptr);
  EXPECT_EQ(index.find({"a", 8}), nullptr);
}

TEST(PathIndex, HasTheFirstOfEachKey) {
  const std::vector<Image> rows = {{.path = "A"}, {.path = "a"}};
  const std::vector<const Image*> images = {&rows[0], &rows[1]};
  const PathIndex index(images, std::vector<std::uint64_t>{1, 1}, base::PathCase::folded);
  EXPECT_EQ(index.size(), 1u);
  EXPECT_EQ(index.find({"a", 1}), &rows[0]);
}

}  // namespace
}  // namespace stentor::image
