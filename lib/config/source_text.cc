// SPDX-License-Identifier: BSD-3-Clause
#include "config/source_text.h"

#include <cstdint>

#include "base/hex.h"

namespace stentor::config {
namespace {

struct Range {
  unsigned char low;
  unsigned char high;
};

// What may follow a lead byte (RFC 3629 section 4): how many bytes, and the first one's range,
// which excludes overlong forms, surrogates and what lies past U+10FFFF.
struct Tail {
  std::size_t bytes = 0;
  Range first{0x80, 0xbf};
};

std::optional<Tail> tail_of(unsigned char lead) {
  if (lead < 0x80) return Tail{};
  if (lead >= 0xc2 && lead <= 0xdf) return Tail{1};
  if (lead == 0xe0) return Tail{2, {0xa0, 0xbf}};
  if (lead == 0xed) return Tail{2, {0x80, 0x9f}};
  if (lead >= 0xe1 && lead <= 0xef) return Tail{2};
  if (lead == 0xf0) return Tail{3, {0x90, 0xbf}};
  if (lead >= 0xf1 && lead <= 0xf3) return Tail{3};
  if (lead == 0xf4) return Tail{3, {0x80, 0x8f}};
  return std::nullopt;
}

// Length of the well-formed sequence at the front; 0 if there is none.
std::size_t sequence_bytes(std::string_view rest) {
  const auto byte = [rest](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
  const std::optional<Tail> tail = tail_of(byte(0));
  if (!tail || rest.size() <= tail->bytes) return 0;
  for (std::size_t at = 1; at <= tail->bytes; ++at) {
    const Range range = at == 1 ? tail->first : Range{0x80, 0xbf};
    if (byte(at) < range.low || byte(at) > range.high) return 0;
  }
  return tail->bytes + 1;
}

std::string hex(unsigned char byte) {
  return std::string("0x") + base::kHexDigits[byte >> 4] + base::kHexDigits[byte & 15];
}

}  // namespace

std::optional<TextFault> find_text_fault(std::string_view bytes) {
  int line = 1;
  int column = 1;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = sequence_bytes(bytes.substr(at));
    if (length == 0) {
      return TextFault{line, column,
                       "byte " + hex(byte) + " is no UTF-8 text; save the file as UTF-8"};
    }
    const bool allowed = byte >= 0x20 || byte == '\t' || byte == '\n' || byte == '\r';
    if (!allowed || byte == 0x7f) {
      return TextFault{
          line, column,
          "control character " + hex(byte) + " has no place in a text file; remove it"};
    }
    if (byte == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
    at += length;
  }
  return std::nullopt;
}

}  // namespace stentor::config
