// SPDX-License-Identifier: BSD-3-Clause
// Goal: a name is ignored wherever it stands, a path only as a whole.
#include "image/ignored.h"

#include <gtest/gtest.h>

namespace stentor::image {
namespace {

TEST(Ignored, MatchesNamesOfFilesAndFoldersAtAnyDepth) {
  const Ignored ignored({"*.tmp", ".*.??????"});
  EXPECT_TRUE(ignored.matches_any_part("a.tmp"));
  EXPECT_TRUE(ignored.matches_any_part("deep/folder/a.tmp"));
  EXPECT_TRUE(ignored.matches_any_part("upload.tmp/kernel"));
  EXPECT_TRUE(ignored.matches_any_part("linux/.vmlinuz.Xa3b9Q"));
  EXPECT_FALSE(ignored.matches_any_part("a.tmp.efi"));
  EXPECT_FALSE(ignored.matches_any_part(".treeinfo"));
  EXPECT_FALSE(ignored.matches_any_part("x.tmpl"));
}

TEST(Ignored, MatchesAPathFromItsBeginning) {
  const Ignored ignored({"private/*", "a/b"});
  EXPECT_TRUE(ignored.matches_any_part("private/key"));
  EXPECT_TRUE(ignored.matches_any_part("a/b/c")) << "the folder a/b is ignored with what is in it";
  EXPECT_FALSE(ignored.matches_any_part("x/private/key"));
  EXPECT_FALSE(ignored.matches_any_part("private"));
}

TEST(Ignored, MatchesNothingWithoutGlobs) {
  EXPECT_FALSE(Ignored().matches_any_part("a.tmp"));
  EXPECT_FALSE(Ignored().matches("a.tmp"));
}

}  // namespace
}  // namespace stentor::image
