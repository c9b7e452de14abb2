// SPDX-License-Identifier: BSD-3-Clause
#include "html_text.h"

#include <cstddef>
#include <cstdint>

namespace stentor::rig {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

bool is_tail(std::string_view text, std::size_t at, unsigned low = 0x80, unsigned high = 0xbf) {
  return at < text.size() && byte_at(text, at) >= low && byte_at(text, at) <= high;
}

// How many bytes the multi-byte character at `at` has; 0: it is none. The bounds of the second byte
// are those of RFC 3629, section 4: no overlong form, no surrogate, nothing above U+10FFFF.
std::size_t length_of_character(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  if (first >= 0xc2 && first <= 0xdf) return is_tail(text, at + 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return is_tail(text, at + 1, low, high) && is_tail(text, at + 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    const bool is_whole =
        is_tail(text, at + 1, low, high) && is_tail(text, at + 2) && is_tail(text, at + 3);
    return is_whole ? 4 : 0;
  }
  return 0;
}

// Of a single byte; empty: it stands for itself.
std::string_view reference_of(char character) {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\t':
    case '\n':
      return "";
    default:
      return static_cast<unsigned char>(character) < 0x20 || character == 0x7f ? kReplacement : "";
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (byte_at(text, at) < 0x80) {
      const std::string_view reference = reference_of(text[at]);
      out += reference.empty() ? text.substr(at, 1) : reference;
      ++at;
      continue;
    }
    const std::size_t length = length_of_character(text, at);
    out += length == 0 ? kReplacement : text.substr(at, length);
    at += length == 0 ? 1 : length;
  }
  return out;
}

}  // namespace stentor::rig
