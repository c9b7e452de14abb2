// SPDX-License-Identifier: BSD-3-Clause
#include "image/generation.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/path.h"
#include "base/random.h"

namespace stentor::image {

Generation::Generation(std::uint64_t number, std::unique_ptr<Arena> arena,
                       std::vector<Image> images)
    : number_(number),
      key_(base::random_key()),
      arena_(std::move(arena)),
      images_(std::move(images)),
      slots_(std::bit_ceil(2 * images_.size() + 1)) {
  CHECK(images_.size() <= kImagesMax);
  std::ranges::sort(images_, {}, &Image::path);
  std::size_t text_bytes = 0;
  for (const Image& image : images_) text_bytes += image.path.size();
  path_text_.reserve(text_bytes);
  for (Image& image : images_) {
    const std::size_t at = path_text_.size();
    path_text_ += image.path;
    image.path = std::string_view(path_text_).substr(at);
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < images_.size(); ++i) {
    CHECK(i == 0 || images_[i - 1].path != images_[i].path);
    const std::uint64_t hash = hash_of(images_[i].path);
    std::size_t at = hash & mask;
    while (slots_[at].image != 0) at = (at + 1) & mask;
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32), static_cast<std::uint32_t>(i + 1)};
  }
}

std::uint64_t Generation::hash_of(std::string_view path) const {
  return base::siphash64(key_, base::as_bytes(path));
}

const Image* Generation::find(std::string_view path) const {
  if (path.size() > base::kPathBytesMax) return nullptr;
  const std::uint64_t hash = hash_of(path);
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask; slots_[at].image != 0; at = (at + 1) & mask) {
    const Image& image = images_[slots_[at].image - 1];
    if (slots_[at].tag == tag && image.path == path) return &image;
  }
  return nullptr;
}

}  // namespace stentor::image
