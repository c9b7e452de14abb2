// SPDX-License-Identifier: BSD-3-Clause
// Goal: an arena packs small files, gives large ones their own block, takes back what it can, and
// leaves nothing behind.
#include "image/arena.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <vector>

#include "bounded_memory.h"

namespace stentor::image {
namespace {

constexpr std::size_t kLarge = std::size_t{1} << 20;

TEST(Arena, PacksSmallFilesIntoOneBlock) {
  BoundedMemory memory;
  Arena arena(memory, 64 << 10);
  const base::MutableBytes first = arena.reserve(100);
  const base::MutableBytes second = arena.reserve(1);
  EXPECT_EQ(first.size(), 100u);
  EXPECT_EQ(second.size(), 1u);
  EXPECT_EQ(second.data(), first.data() + 128) << "the next cache line";
  EXPECT_EQ(memory.blocks_out(), 1u);
}

TEST(Arena, GivesALargeFileItsOwnBlockAndTakesItBack) {
  BoundedMemory memory;
  Arena arena(memory, kLarge);
  const base::MutableBytes small = arena.reserve(100);
  const base::MutableBytes large = arena.reserve(kLarge);
  ASSERT_EQ(large.size(), kLarge);
  EXPECT_EQ(memory.blocks_out(), 2u);
  const std::size_t bytes = arena.bytes();
  arena.release(large);
  EXPECT_EQ(memory.blocks_out(), 1u);
  EXPECT_EQ(arena.bytes(), bytes - kLarge);
  small[0] = 1;
}

TEST(Arena, UsesTheSpaceOfASharedBlockAgain) {
  BoundedMemory memory;
  Arena arena(memory, 64 << 10);
  const base::MutableBytes first = arena.reserve(64);
  const base::MutableBytes second = arena.reserve(1000);
  const base::MutableBytes third = arena.reserve(64);
  arena.release(second);
  EXPECT_EQ(arena.reserve(500).data(), second.data()) << "the smallest hole that has room";
  arena.release(first);
  EXPECT_EQ(arena.reserve(64).data(), first.data());
  arena.release(third);
  EXPECT_EQ(arena.reserve(2000).data(), second.data() + 512) << "holes that touch are one";
  EXPECT_EQ(memory.blocks_out(), 1u);
}

TEST(Arena, GivesEmptyBlocksBackButForOne) {
  BoundedMemory memory;
  Arena arena(memory, 64 << 10);
  std::vector<base::MutableBytes> spaces;
  for (int i = 0; i < 64; ++i) spaces.push_back(arena.reserve(8 << 10));
  EXPECT_EQ(memory.blocks_out(), 8u);
  for (const base::MutableBytes space : spaces) arena.release(space);
  EXPECT_EQ(memory.blocks_out(), 1u);
  EXPECT_EQ(arena.bytes(), std::size_t{64} << 10);
  EXPECT_FALSE(arena.reserve(8 << 10).empty());
  EXPECT_EQ(memory.blocks_out(), 1u);
}

// Blocks may touch in memory, holes of two blocks never join: each goes back by itself.
TEST(Arena, NeverOverlapsUnderRandomUse) {
  BoundedMemory memory;
  {
    Arena arena(memory, 64 << 10);
    std::map<std::uint8_t*, std::size_t> taken;
    std::mt19937 random(3);
    for (int round = 0; round < 20'000; ++round) {
      if (taken.size() > 200 || (!taken.empty() && random() % 2 == 0)) {
        const auto at = std::next(taken.begin(), static_cast<long>(random() % taken.size()));
        for (std::size_t i = 0; i < at->second; i += 64) {
          ASSERT_EQ(at->first[i], static_cast<std::uint8_t>(at->second));
        }
        arena.release({at->first, at->second});
        taken.erase(at);
        continue;
      }
      const base::MutableBytes space = arena.reserve(1 + random() % (64u << random() % 11));
      ASSERT_FALSE(space.empty());
      std::ranges::fill(space, static_cast<std::uint8_t>(space.size()));
      const auto [at, added] = taken.emplace(space.data(), space.size());
      ASSERT_TRUE(added);
      if (const auto next = std::next(at); next != taken.end()) {
        ASSERT_LE(space.data() + space.size(), next->first);
      }
    }
    for (const auto& [at, bytes] : taken) arena.release({at, bytes});
    EXPECT_LE(memory.blocks_out(), 1u);
  }
  EXPECT_EQ(memory.blocks_out(), 0u);
}

TEST(Arena, TakesLessThanABlockWhenNoWholeOneIsLeft) {
  BoundedMemory memory(4096);
  Arena arena(memory, 64 << 10);
  EXPECT_EQ(arena.reserve(1000).size(), 1000u);
  EXPECT_TRUE(arena.reserve(8192).empty());
}

TEST(Arena, GivesEverythingBackAtItsEnd) {
  BoundedMemory memory;
  {
    Arena arena(memory, kLarge);
    for (int i = 0; i < 100; ++i) ASSERT_FALSE(arena.reserve(200'000).empty());
    ASSERT_FALSE(arena.reserve(kLarge).empty());
    EXPECT_GT(memory.blocks_out(), 2u);
  }
  EXPECT_EQ(memory.blocks_out(), 0u);
}

}  // namespace
}  // namespace stentor::image
