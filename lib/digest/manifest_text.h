// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the two manifest formats share: lines with numbers, paths in catalogue form, messages.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace stentor::digest {

// Takes a text apart into lines; "\n" and "\r\n" end one, the last may lack it.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  // The next line without its end; nullopt after the last.
  std::optional<std::string_view> next();

  // Of the line that next() returned last, from 1.
  [[nodiscard]] std::size_t number() const { return number_; }

  // "line 3: <what>."
  [[nodiscard]] tl::unexpected<base::Error> wrong(const std::string& what) const;

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

// A path as the catalogue has it: leading "/" and "./" go, "." parts and runs of "/" too. nullopt
// for an empty one or one with a ".." part.
std::optional<std::string> catalogue_path(std::string_view written);

}  // namespace stentor::digest
