// SPDX-License-Identifier: BSD-3-Clause
#include "image/path_index.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace stentor::image {

bool has_key(std::string_view path, std::string_view key, base::PathCase path_case) {
  if (path_case == base::PathCase::exact) return path == key;
  return std::ranges::equal(path, key, [](char left, char right) {
    return base::fold(left, base::PathCase::folded) == right;
  });
}

PathIndex::PathIndex(std::span<const Image* const> images, std::span<const std::uint64_t> hashes,
                     base::PathCase path_case)
    : path_case_(path_case), slots_(std::bit_ceil(std::max<std::size_t>(2 * images.size(), 1))) {
  CHECK(images.size() == hashes.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    base::PathBuffer buffer;
    const std::string_view path = images[i]->path;
    const PathKey key{path_case == base::PathCase::exact ? path : base::folded_path(path, buffer),
                      hashes[i]};
    Slot& slot = slots_[slot_of(key)];
    if (slot.image != nullptr) continue;
    slot = {images[i], key.hash};
    ++size_;
  }
}

std::size_t PathIndex::slot_of(const PathKey& key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = key.hash & mask;
  for (; slots_[at].image != nullptr; at = (at + 1) & mask) {
    if (slots_[at].hash == key.hash && has_key(slots_[at].image->path, key.text, path_case_)) break;
  }
  return at;
}

}  // namespace stentor::image
