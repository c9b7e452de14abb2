// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The catalogue as it changes: files come, are replaced and go; commit() makes of what has changed
// since the last one a new Generation, at a cost that follows the changes ("image/path_map.h").
//
// Threads: one, whichever makes it.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "image/generation.h"

namespace stentor::image {

class Catalogue {
 public:
  explicit Catalogue(std::shared_ptr<const Generation> first);

  [[nodiscard]] Stock& stock() { return *generation_->stock(); }
  [[nodiscard]] const Image* find(std::string_view path) const { return exact_.find(path); }
  [[nodiscard]] std::size_t size() const { return exact_.size(); }

  // `image`, of stock(), is what its path names from now on.
  void put(const Image* image);
  // The path, which names an image, names none from now on.
  void remove(std::string_view path);

  struct Change {
    std::shared_ptr<const Generation> generation;
    std::vector<const Image*> retired;  // in earlier generations, and in no later one
  };
  // A null generation when nothing has changed.
  Change commit();

 private:
  void set_folded(std::string_view path, bool is_there);

  std::shared_ptr<const Generation> generation_;  // the newest
  PathMap exact_;
  std::optional<PathMap> folded_;
  // Where requests may be in any case: by folded path, the paths that there are.
  std::map<std::string, std::set<std::string>, std::less<>> spellings_;
  std::vector<const Image*> retired_;
  bool has_changed_ = false;
};

}  // namespace stentor::image
