// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Finds images by their path, as it is written or whatever the case of its letters. Made on the
// control thread, never changed afterwards; looked up by any worker, in constant time, without
// allocation.
//
// Of images whose paths differ only in case, a folded index has the first in byte order, in which
// capitals come before small letters.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/path.h"
#include "base/siphash.h"
#include "image/image.h"

namespace stentor::image {

class PathIndex {
 public:
  // `images` are sorted by path, have distinct ones of at most base::kPathBytesMax bytes, and stay
  // where they are.
  PathIndex(std::span<const Image> images, base::PathCase path_case);

  // nullptr: there is none.
  [[nodiscard]] const Image* find(std::string_view path) const;

 private:
  // Open addressing, linear probing, at most half full.
  struct Slot {
    std::uint32_t tag = 0;    // the upper half of the path's hash
    std::uint32_t image = 0;  // index into images_ plus one; 0: free
  };

  [[nodiscard]] std::string_view key_of(std::string_view path, base::PathBuffer& buffer) const;
  [[nodiscard]] bool has_key(const Image& image, std::string_view key) const;
  // Where an image with this key stands, or the free slot where one would.
  [[nodiscard]] std::size_t slot_of(std::string_view key, std::uint64_t hash) const;

  base::PathCase path_case_;
  base::HashKey hash_key_;
  std::span<const Image> images_;
  std::vector<Slot> slots_;
};

// An image that a request in another case never gets, and the one that it gets instead.
struct CaseClash {
  std::string_view found;
  std::string_view hidden;
};

// By hidden path. `images` as PathIndex takes them.
std::vector<CaseClash> case_clashes(std::span<const Image> images);

}  // namespace stentor::image
