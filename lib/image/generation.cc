// SPDX-License-Identifier: BSD-3-Clause
#include "image/generation.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::image {

namespace {

// By path, the paths copied into `text`.
std::vector<Image> with_own_paths(std::vector<Image> images, std::string& text) {
  std::ranges::sort(images, {}, &Image::path);
  std::size_t text_bytes = 0;
  for (const Image& image : images) text_bytes += image.path.size();
  text.reserve(text_bytes);
  for (Image& image : images) {
    const std::size_t at = text.size();
    text += image.path;
    image.path = std::string_view(text).substr(at);
  }
  return images;
}

}  // namespace

Generation::Generation(std::uint64_t number, std::unique_ptr<Arena> arena,
                       std::vector<Image> images)
    : number_(number),
      arena_(std::move(arena)),
      images_(with_own_paths(std::move(images), path_text_)),
      index_(images_, base::PathCase::exact) {
  CHECK(images_.size() <= kImagesMax);
  for (std::size_t i = 1; i < images_.size(); ++i) CHECK(images_[i - 1].path != images_[i].path);
}

}  // namespace stentor::image
