// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Memory with an end, which counts what is out: tests see exhaustion and leaks.

#include <algorithm>
#include <cstdlib>
#include <map>

#include "image/memory.h"

namespace stentor::image {

class BoundedMemory final : public Memory {
 public:
  explicit BoundedMemory(std::size_t bytes_max = SIZE_MAX) : left_(bytes_max) {}

  base::MutableBytes allocate(std::size_t bytes) override {
    if (bytes > left_) return {};
    const std::size_t room = (bytes + 63) / 64 * 64;
    auto* block = static_cast<std::uint8_t*>(std::aligned_alloc(64, room));
    left_ -= bytes;
    out_[block] = bytes;
    return {block, bytes};
  }
  void release(base::MutableBytes block) override {
    left_ += out_.at(block.data());
    out_.erase(block.data());
    std::free(block.data());
  }
  [[nodiscard]] const char* kind() const override { return "bounded memory"; }

  // From now on, with what is out.
  void limit(std::size_t bytes_max) {
    std::size_t taken = 0;
    for (const auto& [block, bytes] : out_) taken += bytes;
    left_ = bytes_max - std::min(bytes_max, taken);
  }

  [[nodiscard]] std::size_t blocks_out() const { return out_.size(); }

 private:
  std::size_t left_;
  std::map<std::uint8_t*, std::size_t> out_;
};

}  // namespace stentor::image
