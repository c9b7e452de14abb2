// SPDX-License-Identifier: BSD-3-Clause
#include "base/path.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::base {
namespace {

constexpr bool is_separator(char c) { return c == '/' || c == '\\'; }

constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace

std::optional<std::string_view> normalised_path(std::string_view written, PathBuffer& buffer) {
  if (written.size() > buffer.size() || std::any_of(written.begin(), written.end(), is_control)) {
    return std::nullopt;
  }
  // The result is never longer than what was written: every part brings its separator along, but
  // the first, which needs none.
  std::size_t used = 0;
  while (!written.empty()) {
    const auto end = std::find_if(written.begin(), written.end(), is_separator);
    const auto length = static_cast<std::size_t>(end - written.begin());
    const std::string_view part = written.substr(0, length);
    written.remove_prefix(std::min(length + 1, written.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") return std::nullopt;
    if (used != 0) buffer[used++] = '/';
    std::copy(part.begin(), part.end(), buffer.begin() + static_cast<std::ptrdiff_t>(used));
    used += part.size();
  }
  if (used == 0) return std::nullopt;
  return std::string_view{buffer.data(), used};
}

std::string_view folded_path(std::string_view path, PathBuffer& buffer) {
  CHECK(path.size() <= buffer.size());
  std::transform(path.begin(), path.end(), buffer.begin(),
                 [](char c) { return fold(c, PathCase::folded); });
  return {buffer.data(), path.size()};
}

}  // namespace stentor::base
