// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/path_ends.h"

#include <algorithm>
#include <cstddef>

namespace stentor::tftp {

namespace {

constexpr std::size_t kEndBytes = sizeof(PathEnds::head);

std::uint64_t byte_at(char c, std::size_t place) {
  return std::uint64_t{static_cast<std::uint8_t>(c)} << place * 8;
}

}  // namespace

PathEnds PathEnds::of(std::string_view path, base::PathCase path_case) {
  PathEnds ends;
  for (std::size_t i = 0; i < std::min(path.size(), kEndBytes); ++i) {
    ends.head |= byte_at(base::fold(path[i], path_case), i);
    ends.tail |= byte_at(base::fold(path[path.size() - 1 - i], path_case), i);
  }
  return ends;
}

GlobEnds::GlobEnds(std::string_view pattern, base::PathCase path_case)
    : wanted_(PathEnds::of(pattern, path_case)) {
  // From either side up to the first '*'; a '?' may be any byte.
  const auto known = [bytes = std::min(pattern.size(), kEndBytes)](auto byte_of) {
    std::uint64_t ones = 0;
    for (std::size_t i = 0; i < bytes && byte_of(i) != '*'; ++i) {
      if (byte_of(i) != '?') ones |= byte_at('\xff', i);
    }
    return ones;
  };
  known_.head = known([&](std::size_t i) { return pattern[i]; });
  known_.tail = known([&](std::size_t i) { return pattern[pattern.size() - 1 - i]; });
}

}  // namespace stentor::tftp
