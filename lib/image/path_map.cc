// SPDX-License-Identifier: BSD-3-Clause
#include "image/path_map.h"

#include <algorithm>

#include "base/random.h"

namespace stentor::image {

namespace {

// Below this a new index would cost more than the changes do.
constexpr std::size_t kChangesMin = 256;

}  // namespace

PathMap::PathMap(std::span<const Image* const> images, base::PathCase path_case)
    : path_case_(path_case), hash_key_(base::random_key()) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(images.size());
  for (const Image* image : images) {
    base::PathBuffer buffer;
    hashes.push_back(key_of(image->path, buffer).hash);
  }
  index_ = std::make_shared<const PathIndex>(images, hashes, path_case);
  size_ = index_->size();
}

PathKey PathMap::key_of(std::string_view path, base::PathBuffer& buffer) const {
  const std::string_view text =
      path_case_ == base::PathCase::exact ? path : base::folded_path(path, buffer);
  return {text, base::siphash64(hash_key_, base::as_bytes(text))};
}

const Image* PathMap::find(const PathKey& key) const {
  if (!changed_.is_empty()) {
    if (const PathTrie::Entry* entry = changed_.find(key)) return entry->image;
  }
  return index_->find(key);
}

const Image* PathMap::find(std::string_view path) const {
  if (path.size() > base::kPathBytesMax) return nullptr;
  base::PathBuffer buffer;
  return find(key_of(path, buffer));
}

void PathMap::set(std::string_view path, const Image* image) {
  base::PathBuffer buffer;
  const PathKey key = key_of(path, buffer);
  const bool was = find(key) != nullptr;
  if (!was && image == nullptr) return;
  changed_ = changed_.with(key, image);
  size_ = size_ + (image != nullptr ? 1 : 0) - (was ? 1 : 0);
  if (changed_.size() < std::max(kChangesMin, index_->size() / 4)) return;
  const Rows all = rows();
  index_ = std::make_shared<const PathIndex>(all.images, all.hashes, path_case_);
  changed_ = {};
}

PathMap::Rows PathMap::rows() const {
  Rows rows;
  rows.images.reserve(size_);
  rows.hashes.reserve(size_);
  const auto add = [&rows](const Image* image, std::uint64_t hash) {
    rows.images.push_back(image);
    rows.hashes.push_back(hash);
  };
  changed_.for_each([&](const PathTrie::Entry& entry) {
    if (entry.image != nullptr) add(entry.image, entry.hash);
  });
  index_->for_each([&](const Image* image, std::uint64_t hash) {
    // An image that was replaced may be gone: its hash alone says that it was.
    if (!changed_.has_hash(hash)) add(image, hash);
  });
  return rows;
}

std::vector<const Image*> PathMap::images() const {
  std::vector<const Image*> images = rows().images;
  std::ranges::sort(images, {}, &Image::path);
  return images;
}

}  // namespace stentor::image
