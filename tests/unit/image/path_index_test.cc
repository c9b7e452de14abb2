// SPDX-License-Identifier: BSD-3-Clause
// Goal: a path is found in any case if and only if the index is a folded one, and which of two that
// differ only in case is found does not depend on chance.
#include "image/path_index.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

namespace stentor::image {
namespace {

std::vector<Image> images_of(std::vector<std::string_view> paths) {
  std::ranges::sort(paths);
  std::vector<Image> images;
  for (const std::string_view path : paths) images.push_back({.path = path});
  return images;
}

std::string found(const PathIndex& index, std::string_view path) {
  const Image* image = index.find(path);
  return image == nullptr ? "none" : std::string(image->path);
}

TEST(PathIndex, FindsAPathInItsOwnCaseAlone) {
  const std::vector<Image> images = images_of({"Boot/BCD", "boot/bcd", "a"});
  const PathIndex index(images, base::PathCase::exact);
  EXPECT_EQ(found(index, "Boot/BCD"), "Boot/BCD");
  EXPECT_EQ(found(index, "boot/bcd"), "boot/bcd");
  EXPECT_EQ(found(index, "BOOT/BCD"), "none");
  EXPECT_EQ(found(index, "A"), "none");
}

TEST(PathIndex, FindsAPathInAnyCaseIfFolded) {
  const std::vector<Image> images = images_of({"sources/Boot.WIM", "a[", "\xc3\x84"});
  const PathIndex index(images, base::PathCase::folded);
  for (const char* path : {"sources/Boot.WIM", "SOURCES/BOOT.WIM", "sources/boot.wim"}) {
    EXPECT_EQ(found(index, path), "sources/Boot.WIM") << path;
  }
  EXPECT_EQ(found(index, "A["), "a[");
  EXPECT_EQ(found(index, "a{"), "none");
  EXPECT_EQ(found(index, "\xc3\xa4"), "none") << "only ASCII has case";
  EXPECT_EQ(found(index, "sources/boot.wi"), "none");
  EXPECT_EQ(found(index, std::string(base::kPathBytesMax + 1, 'a')), "none");
}

TEST(PathIndex, FindsTheFirstInByteOrderOfThoseThatDifferInCaseAlone) {
  const std::vector<Image> images = images_of({"boot/bcd", "Boot/bcd", "Boot/BCD", "b"});
  const PathIndex index(images, base::PathCase::folded);
  for (const char* path : {"boot/bcd", "Boot/BCD", "bOOT/bCD"}) {
    EXPECT_EQ(found(index, path), "Boot/BCD") << path;
  }
}

// Whoever may write under the root must not make a load slow: 2 to the 14 files, one path but for
// case, are one entry.
TEST(PathIndex, GrowsNoLongChainOfPathsThatDifferInCaseAlone) {
  std::vector<std::string> names;
  for (unsigned bits = 0; bits < 1u << 14; ++bits) {
    std::string name;
    for (unsigned letter = 0; letter < 14; ++letter) name += (bits >> letter & 1) != 0 ? 'a' : 'A';
    names.push_back(name);
  }
  const std::vector<Image> images = images_of({names.begin(), names.end()});
  EXPECT_EQ(found(PathIndex(images, base::PathCase::folded), names.back()), names.front());
  EXPECT_EQ(case_clashes(images).size(), names.size() - 1);
}

TEST(CaseClashes, NameWhatIsHiddenAndWhatHidesIt) {
  const std::vector<Image> images = images_of({"boot/bcd", "Boot/bcd", "Boot/BCD", "b", "a"});
  const std::vector<CaseClash> clashes = case_clashes(images);
  ASSERT_EQ(clashes.size(), 2u);
  EXPECT_EQ(clashes[0].hidden, "Boot/bcd");
  EXPECT_EQ(clashes[1].hidden, "boot/bcd");
  EXPECT_EQ(clashes[0].found, "Boot/BCD");
  EXPECT_EQ(clashes[1].found, "Boot/BCD");
  EXPECT_TRUE(case_clashes({}).empty());
}

}  // namespace
}  // namespace stentor::image
