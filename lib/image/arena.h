// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The memory of one generation: many files in few blocks of `Memory`, all given back at once.
//
// Small files share blocks, because a million of them would exceed the kernel's limit on mappings
// and cost a heap header each; a large file has a block of its own.
//
// Threads: none of its own; the loader guards it. Invariant: what reserve() returned stays in place
// until release() or the destructor.

#include <cstddef>
#include <vector>

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

  // Gives `space` back: at once if it is a block of its own or the newest of a shared one, else
  // with the arena.
  void release(base::MutableBytes space);

  // Taken from the memory so far.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  base::MutableBytes take_block(std::size_t bytes);

  Memory& memory_;
  const std::size_t shared_block_bytes_;
  std::vector<base::MutableBytes> blocks_;
  base::MutableBytes shared_;  // the shared block that is being filled
  std::size_t shared_used_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace stentor::image
