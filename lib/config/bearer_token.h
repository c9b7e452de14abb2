// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Tokens of the API, as they stand in files, and behind "Bearer" in a request.

#include <algorithm>
#include <string_view>

namespace stentor::config {

// Whether `text` may stand there (RFC 6750 section 2.1): nothing of it begins another header.
inline bool is_bearer_token(std::string_view text) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
  const std::string_view padding = text.substr(std::min(text.find('='), text.size()));
  text.remove_suffix(padding.size());
  return !text.empty() && text.find_first_not_of(kLetters) == std::string_view::npos &&
         padding.find_first_not_of('=') == std::string_view::npos;
}

}  // namespace stentor::config
