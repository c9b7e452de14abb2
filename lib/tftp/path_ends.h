// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Eight bytes at either end of a path, and what a glob asks of them: most paths that do not match
// are told by two comparisons, without a look at the glob itself, which is kilobytes.

#include <cstdint>
#include <string_view>

#include "base/path.h"

namespace stentor::tftp {

// Of a shorter path zeros, which are in none, stand in place of what is missing.
struct PathEnds {
  std::uint64_t head = 0;  // the first byte lowest
  std::uint64_t tail = 0;  // the last byte lowest

  // As they are compared.
  static PathEnds of(std::string_view path, base::PathCase path_case);
};

class GlobEnds {
 public:
  // `pattern` as base::Glob has it.
  GlobEnds(std::string_view pattern, base::PathCase path_case);

  // False: the pattern does not match the path.
  [[nodiscard]] bool admit(const PathEnds& path) const {
    return (((path.head ^ wanted_.head) & known_.head) |
            ((path.tail ^ wanted_.tail) & known_.tail)) == 0;
  }

 private:
  PathEnds wanted_;
  PathEnds known_;  // ones where the pattern says what stands there
};

}  // namespace stentor::tftp
