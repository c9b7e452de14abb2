// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Text that came from a file or from the wire, made fit to stand in HTML: between tags and inside
// quoted attributes.

#include <string>
#include <string_view>

namespace stentor::rig {

// `& < > " '` as character references; control characters and what is not UTF-8 (RFC 3629, section
// 4) as U+FFFD, so that the page stays well-formed whatever a name holds.
std::string escaped(std::string_view text);

}  // namespace stentor::rig
