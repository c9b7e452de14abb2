// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A path in which {1} to {9} stand for what the wildcards of a Glob matched; "{{" is a brace. Made
// at start; written on any thread without allocation.

#include <cstddef>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "base/glob.h"
#include "base/path.h"

namespace stentor::base {

class PathTemplate {
 public:
  // `text`: 1 to kPathBytesMax bytes, for a glob with `captures` of them. An error says what is
  // wrong with it.
  static tl::expected<PathTemplate, std::string_view> parse(std::string_view text,
                                                            std::size_t captures);

  // The same path whatever was matched.
  [[nodiscard]] bool is_fixed() const { return fixed_; }

  // The path for `captures` of `matched`, normalised. nullopt: it is none (base/path.h says what a
  // path is). The view lies in `buffer`.
  [[nodiscard]] std::optional<std::string_view> write(std::string_view matched,
                                                      const GlobCaptures& captures,
                                                      PathBuffer& buffer) const;

 private:
  PathBuffer text_{};
  std::size_t text_bytes_ = 0;
  bool fixed_ = true;
};

}  // namespace stentor::base
