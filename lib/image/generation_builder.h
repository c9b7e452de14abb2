// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Collects images for the first Generation. reserve(), release() and add() may be called by several
// threads at once.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "image/generation.h"
#include "image/stock.h"

namespace stentor::image {

class GenerationBuilder {
 public:
  // `memory` outlives the generation.
  GenerationBuilder(Memory& memory, std::size_t expected_bytes);

  // As Stock has them.
  ImageSpace reserve(std::size_t image_bytes) { return stock_->reserve(image_bytes); }
  void release(const ImageSpace& space) { stock_->release(space); }

  // The file's bytes are complete: lists them under `paths` (normalised, distinct from all others,
  // kImagesMax in all at the most).
  void add(const ImageSpace& space, const std::vector<std::string>& paths);

  // The same of images that were made of stock().
  void add(const std::vector<const Image*>& images);
  [[nodiscard]] Stock& stock() { return *stock_; }

  // The same from bytes at hand. False when the memory has no more.
  [[nodiscard]] bool add_copy(std::string_view path, base::Bytes bytes);

  // Taken from the memory so far.
  [[nodiscard]] std::size_t arena_bytes() const { return stock_->arena_bytes(); }

  // Once, at the end. `path_case`: of requests that name no path as it is written.
  std::unique_ptr<const Generation> build(std::uint64_t number,
                                          base::PathCase path_case = base::PathCase::exact);

 private:
  std::shared_ptr<Stock> stock_;
  std::mutex mutex_;  // guards images_
  std::vector<const Image*> images_;
};

}  // namespace stentor::image
