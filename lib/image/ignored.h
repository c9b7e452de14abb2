// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Names beneath the image root that are no boot files: what editors and copying programs keep there
// for a while. Globs (base/glob.h); one without '/' is for a name, of a file or of a folder with
// all that is in it, one with '/' for a whole path.

#include <string>
#include <string_view>
#include <vector>

#include "base/glob.h"

namespace stentor::image {

class Ignored {
 public:
  Ignored() = default;
  // CHECK: each can be parsed.
  explicit Ignored(const std::vector<std::string>& globs);

  // A name or a path, by itself.
  [[nodiscard]] bool matches(std::string_view text) const;
  // The path, each path that leads to it, and each of their names.
  [[nodiscard]] bool matches_any_part(std::string_view path) const;

 private:
  struct Rule {
    base::Glob glob;
    bool is_for_paths = false;
  };
  std::vector<Rule> rules_;
};

}  // namespace stentor::image
