// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What to say when the images do not fit.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "image/memory.h"

namespace stentor::image {

// `held_bytes`: what the failed load holds of `memory`. Finds out how much more could be had.
tl::unexpected<base::Error> out_of_memory(const std::string& root, std::uint64_t needed_bytes,
                                          std::uint64_t held_bytes, Memory& memory);

}  // namespace stentor::image
