// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// From path to image, as a value: a copy costs two pointers, and set() changes one copy and no
// other. An index over what there was, and a trie of what has changed since, which is asked first.
// Once the trie has grown to a quarter of the index, a new index takes its place: with that, a
// change costs the depth of the trie and five entries of an index, on average, whatever the size.
//
// Threads: set() is for whoever owns the copy; find() for any, in constant time, without
// allocation. Without changes it costs one probe of the index, and one comparison.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/siphash.h"
#include "image/path_trie.h"

namespace stentor::image {

class PathMap {
 public:
  // `images` are sorted by path, which are distinct and have at most base::kPathBytesMax bytes. Of
  // paths that differ only in case a folded map has the first.
  PathMap(std::span<const Image* const> images, base::PathCase path_case);

  // nullptr: there is none.
  [[nodiscard]] const Image* find(std::string_view path) const;

  // What this path names from now on; nullptr: nothing. `path` has at most base::kPathBytesMax
  // bytes.
  void set(std::string_view path, const Image* image);

  // All of them, by path.
  [[nodiscard]] std::vector<const Image*> images() const;
  [[nodiscard]] std::size_t size() const { return size_; }
  // Changes that are not in the index yet.
  [[nodiscard]] std::size_t changes() const { return changed_.size(); }

 private:
  struct Rows {
    std::vector<const Image*> images;
    std::vector<std::uint64_t> hashes;
  };

  [[nodiscard]] PathKey key_of(std::string_view path, base::PathBuffer& buffer) const;
  [[nodiscard]] const Image* find(const PathKey& key) const;
  [[nodiscard]] Rows rows() const;

  base::PathCase path_case_;
  base::HashKey hash_key_;
  std::shared_ptr<const PathIndex> index_;
  PathTrie changed_;
  std::size_t size_ = 0;
};

}  // namespace stentor::image
