// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which image a path names: the one that has it; with images.case-insensitive, the one that has it
// in another case; else the one that the first alias names whose glob matches. An alias leads to an
// image or to none, never to another alias. DHCP asks here too (option 13), so it tells the size of
// what TFTP serves.
//
// Made by the control thread, from a configuration, and published with the snapshot; looked up by
// any worker, without allocation, in the generation that is current then. A miss costs two hashes,
// and for each alias as many steps as the path has bytes at the most (base/glob.h).

#include <string_view>
#include <vector>

#include "base/glob.h"
#include "base/path_template.h"
#include "config/settings.h"
#include "image/current_generation.h"

namespace stentor::tftp {

class Lookup {
 public:
  // `current` outlives the lookup; with images.case-insensitive its generations know case.
  Lookup(const config::Images& images, const image::CurrentGeneration& current);

  // `path` is normalised. nullptr: it names none. An image is good until the worker's next burst.
  [[nodiscard]] const image::Image* find(std::string_view path) const;

 private:
  struct Alias {
    base::Glob from;
    base::PathTemplate to;
  };

  [[nodiscard]] const image::Image* find_unaliased(const image::Generation& generation,
                                                   std::string_view path) const;

  const image::CurrentGeneration* current_;
  base::PathCase path_case_;
  std::vector<Alias> aliases_;
};

}  // namespace stentor::tftp
