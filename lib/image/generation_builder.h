// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Collects images into an arena and makes a Generation of them. The loader fills it from files;
// tests and the simulator from bytes they make up.
//
// Threads: all members but build() may be called by several threads at once.

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "image/generation.h"

namespace stentor::image {

// Room for one image: its bytes, to be filled, and its sums behind them.
struct ImageSpace {
  base::MutableBytes whole;
  base::MutableBytes bytes;  // as many as the file has
};

class GenerationBuilder {
 public:
  // `memory` outlives the generation.
  GenerationBuilder(Memory& memory, std::size_t expected_bytes);

  // An empty `whole` when the memory has no more. Of an empty file only `bytes` is empty.
  ImageSpace reserve(std::size_t image_bytes);
  void release(const ImageSpace& space);

  // The image's bytes are complete: computes its sums and lists it under `paths` (normalised,
  // distinct from all others).
  void add(const ImageSpace& space, const std::vector<std::string>& paths);

  // The same from bytes at hand. False when the memory has no more.
  [[nodiscard]] bool add_copy(std::string_view path, base::Bytes bytes);

  // Taken from the memory so far.
  [[nodiscard]] std::size_t arena_bytes() const;

  // Once, at the end.
  std::unique_ptr<const Generation> build(std::uint64_t number);

 private:
  mutable std::mutex mutex_;  // guards all below
  std::unique_ptr<Arena> arena_;
  std::deque<std::string> paths_;  // a deque: views into its strings stay valid
  std::vector<Image> images_;
};

// What reserve() takes from the memory for an image of `image_bytes`, within a cache line.
std::size_t arena_bytes_for(std::size_t image_bytes);

}  // namespace stentor::image
