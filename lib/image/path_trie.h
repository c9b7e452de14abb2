// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Paths that have changed since an index was made, and what they name now: a hash trie that is
// never changed, only derived from (path copying: the nodes between the root and what differs are
// new, all others are shared). A change costs the depth of the trie, whatever its size.
//
// Threads: made and derived on one; looked up on any, without allocation or reference counts; the
// last owner of a node may end on any.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "image/path_index.h"

namespace stentor::image {

class PathTrie {
 public:
  struct Entry {
    std::string key;  // its own: the image may be gone
    std::uint64_t hash = 0;
    const Image* image = nullptr;  // nullptr: the path names none any more
  };

  [[nodiscard]] bool is_empty() const { return root_ == nullptr; }
  [[nodiscard]] std::size_t size() const { return size_; }
  // nullptr: nothing is known of it here.
  [[nodiscard]] const Entry* find(const PathKey& key) const;
  // Whether a key with this hash is. Of a million paths two share one in 2^25 roots.
  [[nodiscard]] bool has_hash(std::uint64_t hash) const;
  // The same, but for this key.
  [[nodiscard]] PathTrie with(const PathKey& key, const Image* image) const;

  // Each entry, in no order.
  template <typename Visit>
  void for_each(Visit visit) const {
    if (root_ != nullptr) visit_node(*root_, visit);
  }

 private:
  struct Node;
  using NodePointer = std::shared_ptr<const Node>;
  struct Node {
    std::vector<NodePointer> branches;                  // by the next bits of the hash; or none:
    std::vector<std::shared_ptr<const Entry>> entries;  // a leaf has these
  };

  [[nodiscard]] const Node* leaf_of(std::uint64_t hash) const;
  static NodePointer derive(const Node* node, std::shared_ptr<const Entry> entry, unsigned shift,
                            bool& is_new);
  static NodePointer split(std::vector<std::shared_ptr<const Entry>> entries, unsigned shift);

  template <typename Visit>
  static void visit_node(const Node& node, Visit& visit) {
    for (const NodePointer& branch : node.branches) {
      if (branch != nullptr) visit_node(*branch, visit);
    }
    for (const auto& entry : node.entries) visit(*entry);
  }

  NodePointer root_;
  std::size_t size_ = 0;
};

}  // namespace stentor::image
