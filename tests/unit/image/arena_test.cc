// SPDX-License-Identifier: BSD-3-Clause
// Goal: an arena packs small files, gives large ones their own block, takes back what it can, and
// leaves nothing behind.
#include "image/arena.h"

#include <gtest/gtest.h>

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

TEST(Arena, UsesTheNewestSpaceOfASharedBlockAgain) {
  BoundedMemory memory;
  Arena arena(memory, 64 << 10);
  const base::MutableBytes kept = arena.reserve(64);
  const base::MutableBytes newest = arena.reserve(1000);
  arena.release(newest);
  EXPECT_EQ(arena.reserve(500).data(), newest.data());
  arena.release(kept);  // not the newest: stays until the end
  EXPECT_NE(arena.reserve(64).data(), kept.data());
  EXPECT_EQ(memory.blocks_out(), 1u);
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
