// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Is a file text at all? Asked before YAML sees it, because yaml-cpp replaces what it cannot
// decode.

#include <optional>
#include <string>
#include <string_view>

namespace stentor::config {

struct TextFault {
  int line = 0;  // both count from 1, columns in characters
  int column = 0;
  std::string sentence;
};

// The first byte that is not part of well-formed UTF-8 (RFC 3629), or is a control character other
// than tab and line ends.
std::optional<TextFault> find_text_fault(std::string_view bytes);

}  // namespace stentor::config
