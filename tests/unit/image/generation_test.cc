// SPDX-License-Identifier: BSD-3-Clause
// Goal: a generation finds exactly the paths it was built with, and gives its memory back.
#include "image/generation.h"

#include <gtest/gtest.h>

#include "base/path.h"
#include "bounded_memory.h"
#include "image/generation_builder.h"
#include "temporary_tree.h"

namespace stentor::image {
namespace {

TEST(Generation, FindsEveryPathAndNoOther) {
  BoundedMemory memory;
  GenerationBuilder builder(memory, 0);
  constexpr int kCount = 20'000;
  for (int i = 0; i < kCount; ++i) {
    const std::string path = "rack/" + std::to_string(i);
    ASSERT_TRUE(builder.add_copy(path, base::as_bytes(path)));
  }
  const auto generation = builder.build(7);
  EXPECT_EQ(generation->number(), 7u);
  EXPECT_EQ(generation->images().size(), std::size_t{kCount});
  for (int i = 0; i < kCount; ++i) {
    const std::string path = "rack/" + std::to_string(i);
    const Image* image = generation->find(path);
    ASSERT_NE(image, nullptr) << path;
    EXPECT_EQ(image->path, path);
    EXPECT_EQ(base::as_text(image->bytes), path);
  }
  for (const char* absent : {"", "rack", "rack/", "rack/20000", "/rack/1", "RACK/1"})
    EXPECT_EQ(generation->find(absent), nullptr) << absent;
}

TEST(Generation, FindsAPathOf255BytesAndRefusesLongerOnes) {
  BoundedMemory memory;
  GenerationBuilder builder(memory, 0);
  const std::string longest(base::kPathBytesMax, 'x');
  ASSERT_TRUE(builder.add_copy(longest, base::as_bytes("a")));
  const auto generation = builder.build(1);
  EXPECT_NE(generation->find(longest), nullptr);
  EXPECT_EQ(generation->find(longest + "x"), nullptr);
  EXPECT_EQ(generation->find(std::string(100'000, 'x')), nullptr);
}

TEST(Generation, MayBeEmpty) {
  BoundedMemory memory;
  const auto generation = GenerationBuilder(memory, 0).build(1);
  EXPECT_EQ(generation->find("a"), nullptr);
  EXPECT_TRUE(generation->images().empty());
}

TEST(Generation, ListsImagesByPath) {
  BoundedMemory memory;
  GenerationBuilder builder(memory, 0);
  for (const char* path : {"b", "a/c", "a"}) ASSERT_TRUE(builder.add_copy(path, {}));
  const auto generation = builder.build(1);
  EXPECT_EQ(generation->images()[0]->path, "a");
  EXPECT_EQ(generation->images()[1]->path, "a/c");
  EXPECT_EQ(generation->images()[2]->path, "b");
}

TEST(Generation, GivesItsMemoryBackWhenDestroyed) {
  BoundedMemory memory;
  {
    GenerationBuilder builder(memory, 0);
    ASSERT_TRUE(builder.add_copy("small", base::as_bytes("a")));
    ASSERT_TRUE(builder.add_copy("large", base::as_bytes(some_bytes(3 << 20))));
    const auto generation = builder.build(1);
    EXPECT_EQ(memory.blocks_out(), 2u);
  }
  EXPECT_EQ(memory.blocks_out(), 0u);
}

}  // namespace
}  // namespace stentor::image
