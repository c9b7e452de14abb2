// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The immutable catalogue of one load: path -> Image. Hot to look up, from any worker.
//
// Built by a GenerationBuilder ("image/generation_builder.h") on the control thread, never changed
// afterwards. Destroying it gives its memory back, so the owner waits until no frame refers to it.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/arena.h"
#include "image/image.h"
#include "image/path_index.h"

namespace stentor::image {

inline constexpr std::size_t kImagesMax = std::size_t{1} << 20;

class Generation {
 public:
  // `images` have distinct paths, at most kImagesMax; their bytes and sums lie in `arena`. The
  // paths are copied.
  Generation(std::uint64_t number, std::unique_ptr<Arena> arena, std::vector<Image> images);
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  // The image at a normalised path, or nullptr. O(1); no allocation.
  [[nodiscard]] const Image* find(std::string_view path) const { return index_.find(path); }
  // All of them, by path.
  [[nodiscard]] std::span<const Image> images() const { return images_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }

 private:
  const std::uint64_t number_;
  std::unique_ptr<Arena> arena_;
  std::string path_text_;
  const std::vector<Image> images_;
  const PathIndex index_;
};

}  // namespace stentor::image
