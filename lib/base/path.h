// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A boot file has one path, however its name is written: by firmware in an RRQ, by an operator in
// the configuration, by whoever made the tree under the root. All of them are normalised here, so
// that they meet at the same entry of the catalogue. No allocation; any thread.

#include <array>
#include <cstddef>
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

}  // namespace stentor::base
