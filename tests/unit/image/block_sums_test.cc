// SPDX-License-Identifier: BSD-3-Clause
// Goal: the kept sums are what a plain reading of RFC 1071 gives, for every block of every usual
// size, so that a checksum built on them is right.
#include "image/block_sums.h"

#include <gtest/gtest.h>
#include <vector>

#include "temporary_tree.h"

namespace stentor::image {
namespace {

// The obvious routine: 16-bit words, high byte first, end-around carry after each addition; an odd
// last byte is the high half of a word.
std::uint16_t obvious_sum(base::Bytes bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const std::uint32_t low = i + 1 < bytes.size() ? bytes[i + 1] : 0;
    sum += static_cast<std::uint32_t>(bytes[i]) << 8 | low;
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

void expect_right(const std::string& text) {
  const base::Bytes image = base::as_bytes(text);
  std::vector<std::uint16_t> space(block_sum_count(image.size()), 0xdead);
  const BlockSums sums = write_block_sums(image, space);
  for (std::size_t i = 0; i < kUsualBlockSizes.size(); ++i) {
    const std::size_t blksize = kUsualBlockSizes[i];
    ASSERT_EQ(sums[i].size(), image.size() / blksize + 1);
    for (std::size_t block = 0; block < sums[i].size(); ++block) {
      const std::size_t from = block * blksize;
      const std::size_t length = std::min(blksize, image.size() - from);
      ASSERT_EQ(sums[i][block], obvious_sum(image.subspan(from, length)))
          << "size " << image.size() << ", blksize " << blksize << ", block " << block;
    }
  }
}

TEST(BlockSums, AreRightForEveryBlockOfALargeImage) { expect_right(some_bytes(1'000'003)); }

TEST(BlockSums, AreRightAroundEveryBoundary) {
  for (const std::size_t blksize : kUsualBlockSizes)
    for (const std::size_t bytes : {blksize - 1, blksize, blksize + 1, 2 * blksize})
      expect_right(some_bytes(bytes));
  for (const std::size_t bytes : {1u, 2u, 3u, 131071u, 131072u, 131073u})
    expect_right(some_bytes(bytes));
}

TEST(BlockSums, HaveTheEmptyLastBlockOfAnImageOfWholeBlocks) {
  const std::string text = some_bytes(1024);
  std::vector<std::uint16_t> space(block_sum_count(text.size()), 0xdead);
  const BlockSums sums = write_block_sums(base::as_bytes(text), space);
  ASSERT_EQ(sums[0].size(), 3u);
  EXPECT_EQ(sums[0][2], 0);
  ASSERT_EQ(sums[1].size(), 2u);
  EXPECT_EQ(sums[1][1], 0);
}

TEST(BlockSums, OfAnEmptyImageAreOneZeroEach) { expect_right(""); }

TEST(BlockSums, KeepAllOnesApartFromZero) { expect_right(std::string(3000, '\xff')); }

}  // namespace
}  // namespace stentor::image
