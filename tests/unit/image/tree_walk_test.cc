// SPDX-License-Identifier: BSD-3-Clause
// Goal: the walk ends at its limits, also where links multiply a small tree, and not one file
// before. What it lists and refuses: tree_test.cc.
#include "image/tree_walk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "temporary_tree.h"

namespace stentor::image {
namespace {

base::Result<Listing> walk(const TemporaryTree& files, std::size_t count_max) {
  const base::Descriptor root(::open(files.root().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return walk_tree(files.root(), root, count_max);
}

bool is_too_many(const base::Result<Listing>& listing) {
  return !listing && listing.error().sentence.find("holds more than 20 files") != std::string::npos;
}

TEST(TreeWalk, TakesAsManyFilesAsTheLimitAndNoMore) {
  const TemporaryTree files;
  for (int i = 0; i < 20; ++i) files.write(std::to_string(i), "");
  EXPECT_EQ(walk(files, 20)->files.size(), 20u);
  files.write("one more", "");
  EXPECT_TRUE(is_too_many(walk(files, 20)));
}

TEST(TreeWalk, CountsFilesOnceForEachPathThatLinksMake) {
  const TemporaryTree files;
  for (int i = 0; i < 7; ++i) files.write("one/" + std::to_string(i), "");
  for (int i = 0; i < 2; ++i) files.link("one", "link" + std::to_string(i));
  EXPECT_TRUE(is_too_many(walk(files, 20)));
  EXPECT_EQ(walk(files, 21)->files.size(), 21u);
}

TEST(TreeWalk, CountsFoldersAndRefusals) {
  const TemporaryTree folders;
  for (int i = 0; i < 20; ++i) folders.folder(std::to_string(i));
  EXPECT_TRUE(is_too_many(walk(folders, 20))) << "the root is a folder too";
  const TemporaryTree fifos;
  for (int i = 0; i < 21; ++i) ASSERT_EQ(::mkfifo(fifos.at(std::to_string(i)).c_str(), 0600), 0);
  EXPECT_TRUE(is_too_many(walk(fifos, 20)));
}

}  // namespace
}  // namespace stentor::image
