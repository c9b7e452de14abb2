// SPDX-License-Identifier: BSD-3-Clause
#include "image/block_sums.h"

#include <algorithm>

#include "base/check.h"
#include "wire/checksum.h"

namespace stentor::image {

namespace {

// All block sizes go over one stretch before the next: memory is read once, the cache serves the
// rest.
constexpr std::size_t kStretchBytes = std::size_t{128} << 10;

std::size_t block_count(std::size_t image_bytes, std::size_t blksize) {
  return image_bytes / blksize + 1;
}

void write_until(base::Bytes image, std::size_t end, std::size_t blksize,
                 std::span<std::uint16_t> sums, std::size_t& next) {
  for (; next < sums.size(); ++next) {
    const std::size_t from = next * blksize;
    const std::size_t length = std::min(blksize, image.size() - from);
    if (from + length > end) return;
    sums[next] = wire::folded(wire::sum_of(image.subspan(from, length)));
  }
}

}  // namespace

std::size_t block_sum_count(std::size_t image_bytes) {
  std::size_t count = 0;
  for (const std::uint16_t blksize : kUsualBlockSizes) count += block_count(image_bytes, blksize);
  return count;
}

BlockSums write_block_sums(base::Bytes image, std::span<std::uint16_t> space) {
  CHECK(space.size() == block_sum_count(image.size()));
  std::array<std::span<std::uint16_t>, kUsualBlockSizes.size()> sums;
  std::array<std::size_t, kUsualBlockSizes.size()> next{};
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::size_t count = block_count(image.size(), kUsualBlockSizes[i]);
    sums[i] = space.first(count);
    space = space.subspan(count);
  }
  for (std::size_t at = 0; at < image.size(); at += kStretchBytes) {
    const std::size_t end = std::min(image.size(), at + kStretchBytes);
    for (std::size_t i = 0; i < sums.size(); ++i)
      write_until(image, end, kUsualBlockSizes[i], sums[i], next[i]);
  }
  // An empty image has only empty blocks; the loop above never ran.
  if (image.empty())
    for (const std::span<std::uint16_t> each : sums) std::ranges::fill(each, std::uint16_t{0});
  BlockSums views;
  std::ranges::copy(sums, views.begin());
  return views;
}

}  // namespace stentor::image
