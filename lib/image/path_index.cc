// SPDX-License-Identifier: BSD-3-Clause
#include "image/path_index.h"

#include <algorithm>
#include <bit>

#include "base/random.h"

namespace stentor::image {

namespace {

std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace

PathIndex::PathIndex(std::span<const Image> images, base::PathCase path_case)
    : path_case_(path_case),
      hash_key_(base::random_key()),
      images_(images),
      slots_(std::bit_ceil(2 * images.size() + 1)) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    base::PathBuffer buffer;
    const std::string_view key = key_of(images[i].path, buffer);
    const std::uint64_t hash = base::siphash64(hash_key_, base::as_bytes(key));
    Slot& slot = slots_[slot_of(key, hash)];
    if (slot.image == 0) slot = {tag_of(hash), static_cast<std::uint32_t>(i + 1)};
  }
}

const Image* PathIndex::find(std::string_view path) const {
  if (path.size() > base::kPathBytesMax) return nullptr;
  base::PathBuffer buffer;
  const std::string_view key = key_of(path, buffer);
  const Slot& slot = slots_[slot_of(key, base::siphash64(hash_key_, base::as_bytes(key)))];
  return slot.image == 0 ? nullptr : &images_[slot.image - 1];
}

std::string_view PathIndex::key_of(std::string_view path, base::PathBuffer& buffer) const {
  return path_case_ == base::PathCase::exact ? path : base::folded_path(path, buffer);
}

bool PathIndex::has_key(const Image& image, std::string_view key) const {
  if (path_case_ == base::PathCase::exact) return image.path == key;
  return std::ranges::equal(image.path, key, [](char left, char right) {
    return base::fold(left, base::PathCase::folded) == right;
  });
}

std::size_t PathIndex::slot_of(std::string_view key, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].image != 0; at = (at + 1) & mask) {
    if (slots_[at].tag == tag_of(hash) && has_key(images_[slots_[at].image - 1], key)) break;
  }
  return at;
}

std::vector<CaseClash> case_clashes(std::span<const Image> images) {
  const PathIndex folded(images, base::PathCase::folded);
  std::vector<CaseClash> clashes;
  for (const Image& image : images) {
    const Image* found = folded.find(image.path);
    if (found != &image) clashes.push_back({found->path, image.path});
  }
  return clashes;
}

}  // namespace stentor::image
