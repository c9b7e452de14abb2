// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// SHA256SUMS, as sha256sum(1) of GNU coreutils writes and checks it.
//
// A line is 64 hexadecimal digits, a space, a space (text) or '*' (binary; no difference here), and
// a path relative to the root. A line that begins with '\' has a path in which \\, \n and \r stand
// for backslash, newline and carriage return. Empty lines and lines that begin with '#' say
// nothing.

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "digest/sha256.h"
#include "image/verifier.h"

namespace stentor::digest {

base::Result<std::unique_ptr<const image::Verifier>> read_sha256sums(std::string_view text);

// One line with its end.
std::string sha256sums_line(std::string_view path, const Sha256& hash);

}  // namespace stentor::digest
