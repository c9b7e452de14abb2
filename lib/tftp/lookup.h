// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which image a path names: the one that has it; with images.case-insensitive, the one that has it
// in another case; else the one that the first alias names whose glob matches. An alias leads to an
// image or to none, never to another alias. DHCP asks here too (option 13), so it tells the size of
// what TFTP serves.
//
// Made by the control thread, from a configuration and a generation, and published with the
// snapshot; looked up by any worker, without allocation. A miss costs two hashes, and for each
// alias as many steps as the path has bytes at the most (base/glob.h).

#include <optional>
#include <string_view>
#include <vector>

#include "base/glob.h"
#include "base/path_template.h"
#include "config/settings.h"
#include "image/generation.h"

namespace stentor::tftp {

class Lookup {
 public:
  // `generation` outlives the lookup.
  Lookup(const config::Images& images, const image::Generation& generation);

  // `path` is normalised. nullptr: it names none.
  [[nodiscard]] const image::Image* find(std::string_view path) const;

 private:
  struct Alias {
    base::Glob from;
    base::PathTemplate to;
  };

  [[nodiscard]] const image::Image* find_unaliased(std::string_view path) const;

  const image::Generation* generation_;
  std::optional<image::PathIndex> folded_;
  std::vector<Alias> aliases_;
};

}  // namespace stentor::tftp
