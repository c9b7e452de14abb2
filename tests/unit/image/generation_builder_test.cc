// SPDX-License-Identifier: BSD-3-Clause
// Goal: a builder keeps bytes and sums as given, lists one image under several paths, and says when
// the memory is at its end.
#include "image/generation_builder.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "bounded_memory.h"
#include "temporary_tree.h"
#include "wire/checksum.h"

namespace stentor::image {
namespace {

TEST(GenerationBuilder, KeepsBytesAndSumsOfOddAndEvenSizes) {
  BoundedMemory memory;
  GenerationBuilder builder(memory, 0);
  const std::string odd = some_bytes(1469, 3);
  const std::string even = some_bytes(2936, 4);
  ASSERT_TRUE(builder.add_copy("odd", base::as_bytes(odd)));
  ASSERT_TRUE(builder.add_copy("even", base::as_bytes(even)));
  const auto generation = builder.build(1);
  for (const auto& [path, text] : {std::pair{"odd", odd}, std::pair{"even", even}}) {
    const Image* image = generation->find(path);
    ASSERT_NE(image, nullptr);
    EXPECT_EQ(base::as_text(image->bytes), text);
    EXPECT_EQ(image->block_sums[5][0], wire::folded(wire::sum_of(image->bytes.first(1468))));
  }
}

TEST(GenerationBuilder, CountsTheBytesThatNetasciiSendsAsTwo) {
  BoundedMemory memory;
  GenerationBuilder builder(memory, 0);
  ASSERT_TRUE(builder.add_copy("none", base::as_bytes("plain")));
  ASSERT_TRUE(builder.add_copy("three", base::as_bytes("a\nb\r\n")));
  ASSERT_TRUE(builder.add_copy("all", base::as_bytes(std::string(1'000, '\n'))));
  const auto generation = builder.build(1);
  EXPECT_EQ(generation->find("none")->line_marks, 0u);
  EXPECT_EQ(generation->find("three")->line_marks, 3u);
  EXPECT_EQ(generation->find("all")->line_marks, 1'000u);
}

TEST(GenerationBuilder, ListsOneImageUnderSeveralPaths) {
  BoundedMemory memory;
  GenerationBuilder builder(memory, 0);
  const ImageSpace space = builder.reserve(3);
  std::ranges::fill(space.bytes, std::uint8_t{7});
  builder.add(space, {"a", "b"});
  const auto generation = builder.build(1);
  EXPECT_EQ(generation->find("a")->bytes.data(), generation->find("b")->bytes.data());
}

TEST(GenerationBuilder, HasRoomForAnEmptyImage) {
  BoundedMemory memory;
  GenerationBuilder builder(memory, 0);
  ASSERT_TRUE(builder.add_copy("empty", {}));
  const auto generation = builder.build(1);
  const Image* image = generation->find("empty");
  ASSERT_NE(image, nullptr);
  EXPECT_TRUE(image->bytes.empty());
  EXPECT_EQ(image->block_sums[0].size(), 1u);
}

TEST(GenerationBuilder, SaysWhenThereIsNoMemory) {
  BoundedMemory memory(1 << 16);
  GenerationBuilder builder(memory, 0);
  EXPECT_TRUE(builder.add_copy("fits", base::as_bytes("a")));
  EXPECT_FALSE(builder.add_copy("does not", base::as_bytes(some_bytes(1 << 20))));
  EXPECT_TRUE(builder.reserve(1 << 20).whole.empty());
}

}  // namespace
}  // namespace stentor::image
