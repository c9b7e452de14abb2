// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Finds images by their path, as it is written or whatever the case of its letters. Never changed
// once it is made; looked up by any worker, in constant time, without allocation.
//
// Of images whose paths differ only in case, a folded index has the first that it was given.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/path.h"
#include "image/image.h"

namespace stentor::image {

// A path as it is compared, and its hash.
struct PathKey {
  std::string_view text;
  std::uint64_t hash = 0;
};

// Whether the path, in whatever case, is the key.
bool has_key(std::string_view path, std::string_view key, base::PathCase path_case);

class PathIndex {
 public:
  // `images[i]`, which has `hashes[i]`: those of their keys. Images outlive the index.
  PathIndex(std::span<const Image* const> images, std::span<const std::uint64_t> hashes,
            base::PathCase path_case);

  // nullptr: there is none.
  [[nodiscard]] const Image* find(const PathKey& key) const { return slots_[slot_of(key)].image; }

  // How many images it has; and each of them, in no order.
  [[nodiscard]] std::size_t size() const { return size_; }
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.image != nullptr) visit(slot.image, slot.hash);
    }
  }

 private:
  // Open addressing, linear probing, at most half full.
  struct Slot {
    const Image* image = nullptr;  // nullptr: free
    std::uint64_t hash = 0;
  };

  // Where an image with this key stands, or the free slot where one would.
  [[nodiscard]] std::size_t slot_of(const PathKey& key) const;

  base::PathCase path_case_;
  std::size_t size_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace stentor::image
