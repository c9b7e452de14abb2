// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A boot file has one path, however its name is written: by firmware in an RRQ, by an operator in
// the configuration, by whoever made the tree under the root. All of them are normalised here, so
// that they meet at the same entry of the catalogue. No allocation; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::base {

// The longest file name that an RRQ may carry (DESIGN section 9): no longer path can be served.
inline constexpr std::size_t kPathBytesMax = 255;

using PathBuffer = std::array<char, kPathBytesMax>;

// '\' becomes '/', runs of '/' one, leading and trailing ones go, "." parts go. More than
// kPathBytesMax bytes, a ".." part, a control character or an empty result: nullopt. The view lies
// in `buffer`. A normalised path is its own normal form.
[[nodiscard]] std::optional<std::string_view> normalised_path(std::string_view written,
                                                              PathBuffer& buffer);

// Whether paths that differ in the case of letters are one. Only ASCII has letters here: what other
// bytes mean, no request says.
enum class PathCase : std::uint8_t { exact, folded };

// A byte of a path as it is compared.
constexpr char fold(char c, PathCase path_case) {
  const bool is_capital = path_case == PathCase::folded && c >= 'A' && c <= 'Z';
  return is_capital ? static_cast<char>(c - 'A' + 'a') : c;
}

// The whole of a path as it is compared; it has at most kPathBytesMax bytes. The view lies in
// `buffer`.
std::string_view folded_path(std::string_view path, PathBuffer& buffer);

}  // namespace stentor::base
