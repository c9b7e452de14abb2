// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One file's bytes, all from the same moment.
//
// A file that is written while we read it would be served torn. Its size and times are compared
// before and after: when they differ it is read again, and in the end refused.

#include <functional>
#include <string>

#include "base/bytes.h"
#include "image/tree.h"

namespace stentor::image {

// Room for so many bytes, or nothing. Called again, with the new size, for a file that changed.
using ReserveBytes = std::function<bool(std::uint64_t bytes, base::MutableBytes& space)>;

enum class ReadFailure { bad_file, no_memory };

struct NotRead {
  ReadFailure failure;
  std::string reason;  // a sentence
};

// Reads the file at `path` into what `reserve` gives, and returns those bytes.
tl::expected<base::MutableBytes, NotRead> read_file(const Tree& tree, const std::string& path,
                                                    const ReserveBytes& reserve);

}  // namespace stentor::image
