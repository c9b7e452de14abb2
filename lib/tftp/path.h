// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// File names as clients write them -> catalogue paths.

#include <array>
#include <optional>
#include <string_view>

#include "tftp/packet.h"

namespace stentor::tftp {

using PathBuffer = std::array<char, kFileNameBytesMax>;

// '\' becomes '/', runs of '/' one, leading ones go, "." parts go. A ".." part, a control character
// or an empty result: nullopt. The view lies in `buffer`.
std::optional<std::string_view> normalised_path(std::string_view asked, PathBuffer& buffer);

}  // namespace stentor::tftp
