// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A boot file as immutable bytes in memory that a network device can read: a row of the catalogue
// ("image/generation.h").

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace stentor::image {

// The block sizes whose sums the loader keeps: what firmware and loaders really ask for.
inline constexpr std::array<std::uint16_t, 6> kUsualBlockSizes = {512,  1024, 1408,
                                                                  1432, 1456, 1468};

inline constexpr std::size_t kImagesMax = std::size_t{1} << 20;
// Images that exist at a time: those of the catalogue, and replaced ones that are still in use.
inline constexpr std::size_t kImageSlots = kImagesMax + kImagesMax / 16;

struct Image {
  std::string_view path;  // normalised: no leading '/', '/' as the only separator
  base::Bytes bytes{};    // inside the arena
  // How many of them are LF or CR: TFTP's mode netascii sends two bytes for each.
  std::uint64_t line_marks = 0;
  // For kUsualBlockSizes[i]: the folded 16-bit Internet sum of each block, the short or empty last
  // one included: size / blksize + 1 of them. Empty for an image without them.
  std::array<std::span<const std::uint16_t>, kUsualBlockSizes.size()> block_sums{};
  // Below kImageSlots; its own for as long as the image exists (image::Stock). Workers count by it.
  std::uint32_t slot = 0;
};

}  // namespace stentor::image
