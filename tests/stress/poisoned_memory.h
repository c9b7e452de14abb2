// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Image memory whose blocks are poisoned when they are given back: who reads one too late sees it
// even without a sanitizer.

#include <algorithm>
#include <cstdlib>

#include "image/memory.h"

namespace stentor::stress {

class PoisonedMemory final : public image::Memory {
 public:
  base::MutableBytes allocate(std::size_t bytes) override {
    return {static_cast<std::uint8_t*>(std::aligned_alloc(64, (bytes + 63) / 64 * 64)), bytes};
  }
  void release(base::MutableBytes block) override {
    std::ranges::fill(block, std::uint8_t{0xee});
    std::free(block.data());
  }
  [[nodiscard]] const char* kind() const override { return "poisoned memory"; }
};

}  // namespace stentor::stress
