// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The Internet sums of an image's blocks, computed once at load, so that sending a block touches
// only its header (DESIGN, "Transmit").
//
// TFTP ends with a block shorter than blksize, which is empty when the size is a multiple (RFC 1350
// section 6): that block has a sum too, so every block of a transfer has its index.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "image/image.h"

namespace stentor::image {

using BlockSums = std::array<std::span<const std::uint16_t>, kUsualBlockSizes.size()>;

// How many 16-bit sums an image of `image_bytes` has, over all usual block sizes.
std::size_t block_sum_count(std::size_t image_bytes);

// Writes the sums of `image` into `space`, which has block_sum_count() entries, and returns the
// view of each block size in it. Threads: any.
BlockSums write_block_sums(base::Bytes image, std::span<std::uint16_t> space);

}  // namespace stentor::image
