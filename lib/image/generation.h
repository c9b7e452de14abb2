// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One state of the catalogue, immutable: path -> Image. Hot to look up, from any worker.
//
// The first is built by a GenerationBuilder ("image/generation_builder.h"), all others by a
// Catalogue ("image/catalogue.h"), which shares with them what has not changed. What is not in a
// generation, none of its look-ups remembers: a miss ends with it.
//
// A generation names images and does not keep them: they are the stock's. Whoever removes one from
// there waits until no generation that names it is looked up, no transfer sends it and no frame
// refers to it ("control/image_retirement.h").

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "image/image.h"
#include "image/path_map.h"
#include "image/stock.h"

namespace stentor::image {

class Generation {
 public:
  // `folded`: the same images in any case of their letters, where requests may be so.
  Generation(std::uint64_t number, std::shared_ptr<Stock> stock, PathMap exact,
             std::optional<PathMap> folded);
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  // The image at a normalised path, or nullptr. O(1); no allocation.
  [[nodiscard]] const Image* find(std::string_view path) const { return exact_.find(path); }
  // The one at this path in any case of its letters; of several, the first in byte order, in which
  // capitals come before small letters. nullptr too if the generation knows no case.
  [[nodiscard]] const Image* find_folded(std::string_view path) const {
    return folded_ ? folded_->find(path) : nullptr;
  }
  [[nodiscard]] std::size_t size() const { return exact_.size(); }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  // All of them, by path: sorted each time.
  [[nodiscard]] std::vector<const Image*> images() const { return exact_.images(); }

  // For the next generation.
  [[nodiscard]] const std::shared_ptr<Stock>& stock() const { return stock_; }
  [[nodiscard]] const PathMap& exact() const { return exact_; }
  [[nodiscard]] const std::optional<PathMap>& folded() const { return folded_; }

 private:
  const std::uint64_t number_;
  const std::shared_ptr<Stock> stock_;
  const PathMap exact_;
  const std::optional<PathMap> folded_;
};

// An image that a request in another case never gets, and the one that it gets instead.
struct CaseClash {
  std::string_view found;
  std::string_view hidden;
};

// By hidden path. None in a generation that knows no case.
std::vector<CaseClash> case_clashes(const Generation& generation);

}  // namespace stentor::image
