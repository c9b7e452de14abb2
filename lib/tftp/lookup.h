// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which image a path names for a client. It is looked for in the client's own folders
// (images.client-directories), under the root, and in the folder of the client's boot file; in each
// as it is written, and with images.case-insensitive in another case. Else the first alias counts
// whose glob matches: what it leads to is looked for in the same places, or there is none; it never
// leads to another alias. DHCP asks here too (option 13), so it tells the size of what TFTP serves.
//
// Made by the control thread, from a configuration, and published with the snapshot; looked up by
// any worker, without allocation, in the generation that is current then. A miss costs two hashes
// for each place, twice if an alias matches; for each alias two comparisons, and as many steps as
// the path has bytes at the most (base/glob.h) where both ends of its glob are the path's.

#include <string_view>
#include <vector>

#include "base/glob.h"
#include "base/path_template.h"
#include "config/settings.h"
#include "image/current_generation.h"
#include "tftp/client_context.h"
#include "tftp/path_ends.h"

namespace stentor::tftp {

class Lookup {
 public:
  // `current` outlives the lookup; with images.case-insensitive its generations know case.
  Lookup(const config::Images& images, const image::CurrentGeneration& current);

  // `path` is normalised. nullptr: it names none. An image is good until the
  // worker's next burst.
  [[nodiscard]] const image::Image* find(std::string_view path,
                                         const ClientContext& client = {}) const;
  // Whether images.access lets the client have it: for each of its rules whose glob matches the
  // image's path, the client is in one of the classes.
  [[nodiscard]] bool allows(const image::Image& image, const ClientContext& client) const;
  // Whether who has an address that is not known might get another file than who has it.
  [[nodiscard]] bool asks_for_address() const { return asks_for_address_; }

 private:
  struct Alias {
    base::Glob from;
    base::PathTemplate to;
  };

  struct Access {
    base::Glob files;
    config::ClassMask classes = 0;
  };

  [[nodiscard]] const image::Image* find_in_places(const image::Generation& generation,
                                                   std::string_view path,
                                                   const ClientContext& client) const;
  [[nodiscard]] const image::Image* find_at(const image::Generation& generation,
                                            std::string_view path) const;

  const image::CurrentGeneration* current_;
  base::PathCase path_case_;
  std::vector<Alias> aliases_;
  std::vector<GlobEnds> alias_ends_;  // of each one's glob
  std::vector<config::ClientTemplate> client_directories_;
  bool asks_for_address_ = false;
  std::vector<Access> access_;
};

}  // namespace stentor::tftp
