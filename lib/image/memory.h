// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where image bytes live. The loader asks for memory through this seam, so that `image` needs no
// DPDK: the appliance hands in the EAL's heap, tests ordinary pages.
//
// Threads: calls never overlap. They come from the loader's helper threads, and later from those
// that follow the root.

#include <cstddef>
#include <memory>

#include "base/bytes.h"

namespace stentor::image {

class Memory {
 public:
  virtual ~Memory() = default;
  // `bytes` > 0, aligned to a cache line; an empty span when there is no more.
  virtual base::MutableBytes allocate(std::size_t bytes) = 0;
  virtual void release(base::MutableBytes block) = 0;
  // For messages: "hugepages of node 0", "ordinary pages".
  [[nodiscard]] virtual const char* kind() const = 0;
  // What the operator can do when there is too little: the end of a sentence.
  [[nodiscard]] virtual const char* remedy() const {
    return "reserve more hugepages (sysctl -w vm.nr_hugepages=COUNT, usually 2 MiB each) or move "
           "files out of the root";
  }
};

// Ordinary pages by mmap, from transparent huge pages where the kernel has them.
std::unique_ptr<Memory> make_page_memory();

}  // namespace stentor::image
