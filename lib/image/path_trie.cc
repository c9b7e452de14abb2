// SPDX-License-Identifier: BSD-3-Clause
#include "image/path_trie.h"

#include <algorithm>

namespace stentor::image {

namespace {

constexpr unsigned kBranchBits = 4;
constexpr std::size_t kBranches = std::size_t{1} << kBranchBits;
constexpr std::size_t kLeafEntriesMax = 4;
// From here on no bits of the hash are left: leaves grow instead.
constexpr unsigned kShiftEnd = 64;

std::size_t branch_of(std::uint64_t hash, unsigned shift) {
  return (hash >> shift) & (kBranches - 1);
}

}  // namespace

const PathTrie::Node* PathTrie::leaf_of(std::uint64_t hash) const {
  const Node* node = root_.get();
  for (unsigned shift = 0; node != nullptr && !node->branches.empty(); shift += kBranchBits) {
    node = node->branches[branch_of(hash, shift)].get();
  }
  return node;
}

bool PathTrie::has_hash(std::uint64_t hash) const {
  const Node* node = leaf_of(hash);
  return node != nullptr && std::ranges::any_of(node->entries, [hash](const auto& entry) {
           return entry->hash == hash;
         });
}

const PathTrie::Entry* PathTrie::find(const PathKey& key) const {
  const Node* node = leaf_of(key.hash);
  if (node == nullptr) return nullptr;
  for (const auto& entry : node->entries) {
    if (entry->hash == key.hash && entry->key == key.text) return entry.get();
  }
  return nullptr;
}

PathTrie PathTrie::with(const PathKey& key, const Image* image) const {
  bool is_new = false;
  PathTrie next;
  next.root_ = derive(root_.get(),
                      std::make_shared<const Entry>(Entry{std::string(key.text), key.hash, image}),
                      0, is_new);
  next.size_ = size_ + (is_new ? 1 : 0);
  return next;
}

PathTrie::NodePointer PathTrie::derive(const Node* node, std::shared_ptr<const Entry> entry,
                                       unsigned shift, bool& is_new) {
  if (node == nullptr) {
    is_new = true;
    return std::make_shared<const Node>(Node{{}, {std::move(entry)}});
  }
  Node next = *node;
  if (!next.branches.empty()) {
    NodePointer& branch = next.branches[branch_of(entry->hash, shift)];
    branch = derive(branch.get(), std::move(entry), shift + kBranchBits, is_new);
    return std::make_shared<const Node>(std::move(next));
  }
  const auto same = std::ranges::find_if(next.entries, [&](const auto& other) {
    return other->hash == entry->hash && other->key == entry->key;
  });
  if (same != next.entries.end()) {
    *same = std::move(entry);
    return std::make_shared<const Node>(std::move(next));
  }
  is_new = true;
  next.entries.push_back(std::move(entry));
  if (next.entries.size() > kLeafEntriesMax && shift < kShiftEnd) {
    return split(std::move(next.entries), shift);
  }
  return std::make_shared<const Node>(std::move(next));
}

// One level: should all fall into one branch, its leaf is split when the next one comes.
PathTrie::NodePointer PathTrie::split(std::vector<std::shared_ptr<const Entry>> entries,
                                      unsigned shift) {
  std::vector<std::vector<std::shared_ptr<const Entry>>> parts(kBranches);
  for (auto& entry : entries) {
    const std::size_t branch = branch_of(entry->hash, shift);
    parts[branch].push_back(std::move(entry));
  }
  Node node{std::vector<NodePointer>(kBranches), {}};
  for (std::size_t i = 0; i < kBranches; ++i) {
    if (!parts[i].empty()) {
      node.branches[i] = std::make_shared<const Node>(Node{{}, std::move(parts[i])});
    }
  }
  return std::make_shared<const Node>(std::move(node));
}

}  // namespace stentor::image
