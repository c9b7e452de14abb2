// SPDX-License-Identifier: BSD-3-Clause
// Goal: a path is found in any case if and only if the map is a folded one, which of two that
// differ only in case is found does not depend on chance, and a map that is changed agrees with a
// naive one, while copies of it stay as they were.
#include "image/path_map.h"

#include <algorithm>
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>

#include "bounded_memory.h"
#include "image/generation_builder.h"

namespace stentor::image {
namespace {

// Images of paths alone.
class Rows {
 public:
  explicit Rows(std::vector<std::string> paths = {}) {
    std::ranges::sort(paths);
    for (const std::string& path : paths) add(path);
  }
  const Image* add(const std::string& path) {
    return &images_.emplace_back(Image{.path = paths_.emplace_back(path)});
  }
  [[nodiscard]] std::vector<const Image*> all() const {
    std::vector<const Image*> pointers;
    for (const Image& image : images_) pointers.push_back(&image);
    return pointers;
  }

 private:
  std::deque<std::string> paths_;
  std::deque<Image> images_;
};

std::string found(const PathMap& map, std::string_view path) {
  const Image* image = map.find(path);
  return image == nullptr ? "none" : std::string(image->path);
}

TEST(PathMap, FindsAPathInItsOwnCaseAlone) {
  const Rows rows({"Boot/BCD", "boot/bcd", "a"});
  const PathMap map(rows.all(), base::PathCase::exact);
  EXPECT_EQ(found(map, "Boot/BCD"), "Boot/BCD");
  EXPECT_EQ(found(map, "boot/bcd"), "boot/bcd");
  EXPECT_EQ(found(map, "BOOT/BCD"), "none");
  EXPECT_EQ(found(map, "A"), "none");
}

TEST(PathMap, FindsAPathInAnyCaseIfFolded) {
  const Rows rows({"sources/Boot.WIM", "a[", "\xc3\x84"});
  const PathMap map(rows.all(), base::PathCase::folded);
  for (const char* path : {"sources/Boot.WIM", "SOURCES/BOOT.WIM", "sources/boot.wim"}) {
    EXPECT_EQ(found(map, path), "sources/Boot.WIM") << path;
  }
  EXPECT_EQ(found(map, "A["), "a[");
  EXPECT_EQ(found(map, "a{"), "none");
  EXPECT_EQ(found(map, "\xc3\xa4"), "none") << "only ASCII has case";
  EXPECT_EQ(found(map, "sources/boot.wi"), "none");
  EXPECT_EQ(found(map, std::string(base::kPathBytesMax + 1, 'a')), "none");
}

TEST(PathMap, FindsTheFirstInByteOrderOfThoseThatDifferInCaseAlone) {
  const Rows rows({"boot/bcd", "Boot/bcd", "Boot/BCD", "b"});
  const PathMap map(rows.all(), base::PathCase::folded);
  for (const char* path : {"boot/bcd", "Boot/BCD", "bOOT/bCD"}) {
    EXPECT_EQ(found(map, path), "Boot/BCD") << path;
  }
}

// Whoever may write under the root must not make a load slow: 2 to the 14 files, one path but for
// case, are one entry.
TEST(PathMap, GrowsNoLongChainOfPathsThatDifferInCaseAlone) {
  BoundedMemory memory;
  GenerationBuilder builder(memory, 0);
  std::vector<std::string> names;
  for (unsigned bits = 0; bits < 1u << 14; ++bits) {
    std::string name;
    for (unsigned letter = 0; letter < 14; ++letter) name += (bits >> letter & 1) != 0 ? 'a' : 'A';
    names.push_back(name);
    ASSERT_TRUE(builder.add_copy(name, {}));
  }
  const auto generation = builder.build(1, base::PathCase::folded);
  EXPECT_EQ(generation->find_folded(names.back())->path, names.front());
  EXPECT_EQ(case_clashes(*generation).size(), names.size() - 1);
}

TEST(PathMap, LeavesItsCopiesAsTheyWere) {
  Rows rows({"a"});
  PathMap map(rows.all(), base::PathCase::exact);
  const PathMap before = map;
  const Image* other = rows.add("a");
  map.set("a", other);
  map.set("b", rows.add("b"));
  const PathMap between = map;
  map.set("a", nullptr);
  EXPECT_NE(before.find("a"), nullptr);
  EXPECT_NE(before.find("a"), other);
  EXPECT_EQ(before.find("b"), nullptr);
  EXPECT_EQ(between.find("a"), other);
  EXPECT_EQ(map.find("a"), nullptr);
  EXPECT_EQ(before.size(), 1u);
  EXPECT_EQ(between.size(), 2u);
  EXPECT_EQ(map.size(), 1u);
}

TEST(PathMap, RemembersNothingOfAPathThatWasNeverThere) {
  PathMap map({}, base::PathCase::exact);
  map.set("a", nullptr);
  EXPECT_EQ(map.changes(), 0u);
}

// Few paths, many changes: each path comes and goes many times, on both sides of several rebuilds.
TEST(PathMap, AgreesWithANaiveMapUnderRandomChanges) {
  std::mt19937 random(4);
  Rows rows;
  for (const std::size_t paths : {3u, 100u, 4000u}) {
    PathMap map({}, base::PathCase::exact);
    std::map<std::string, const Image*> naive;
    std::vector<std::pair<PathMap, std::map<std::string, const Image*>>> kept;
    for (int change = 0; change < 12'000; ++change) {
      const std::string path = "p/" + std::to_string(random() % paths);
      const Image* image = random() % 3 == 0 ? nullptr : rows.add(path);
      map.set(path, image);
      if (image == nullptr) naive.erase(path);
      if (image != nullptr) naive[path] = image;
      ASSERT_EQ(map.size(), naive.size());
      ASSERT_LE(map.changes(), std::max<std::size_t>(256, paths));
      if (change % 3000 == 0) kept.emplace_back(map, naive);
    }
    kept.emplace_back(map, naive);
    for (const auto& [changed, expected] : kept) {
      for (std::size_t i = 0; i < paths; ++i) {
        const std::string path = "p/" + std::to_string(i);
        const auto at = expected.find(path);
        ASSERT_EQ(changed.find(path), at == expected.end() ? nullptr : at->second);
      }
      std::vector<const Image*> all;
      for (const auto& [path, image] : expected) all.push_back(image);
      ASSERT_EQ(changed.images(), all);
    }
  }
}

}  // namespace
}  // namespace stentor::image
