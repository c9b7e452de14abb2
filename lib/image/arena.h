// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The memory of images: many files in few blocks of `Memory`, each file's space given back by
// itself.
//
// Small files share blocks, because a million of them would exceed the kernel's limit on mappings
// and cost a heap header each; a large file has a block of its own. Space in a shared block is
// taken from the smallest hole that has room, neighbouring holes are one hole, and a block that is
// one hole goes back to the memory, but for one, which the next file would ask for again.
//
// Threads: none of its own; image::Stock guards it. Invariant: what reserve() returned stays in
// place until release() or the destructor.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "base/bytes.h"
#include "image/memory.h"

namespace stentor::image {

class Arena {
 public:
  // `expected_bytes`: about how much will be reserved, so that a small root takes a small block.
  Arena(Memory& memory, std::size_t expected_bytes);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  // `bytes` > 0, aligned to a cache line; an empty span when there is no more.
  base::MutableBytes reserve(std::size_t bytes);

  // What reserve() takes for `bytes`: whole cache lines.
  [[nodiscard]] static std::size_t room_for(std::size_t bytes);

  // `space` as reserve() returned it.
  void release(base::MutableBytes space);

  // Taken from the memory so far.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  using Blocks = std::map<std::uint8_t*, std::size_t>;

  base::MutableBytes take_block(std::size_t bytes, Blocks& blocks);
  void give_back(Blocks& blocks, Blocks::iterator block);
  void add_hole(std::uint8_t* at, std::size_t bytes);
  void erase_hole(Blocks::iterator hole);

  Memory& memory_;
  const std::size_t shared_block_bytes_;
  Blocks own_;     // of one file each, by address
  Blocks shared_;  // likewise
  Blocks holes_;   // in shared_; no hole touches another of its block
  std::set<std::pair<std::size_t, std::uint8_t*>> holes_by_size_;  // the same
  std::uint8_t* empty_ = nullptr;  // the shared block that is one hole, if there is one
  std::size_t bytes_ = 0;
};

}  // namespace stentor::image
