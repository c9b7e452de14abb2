// SPDX-License-Identifier: BSD-3-Clause
#include "base/path_template.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::base {

namespace {

// What `text` begins with.
struct Piece {
  enum class Kind : std::uint8_t { byte, capture, error } kind = Kind::byte;
  char byte = 0;
  std::size_t capture = 0;  // from 0
  std::size_t written = 1;  // bytes of the text
};

Piece first_piece(std::string_view text) {
  if (text[0] != '{') return {.byte = text[0]};
  if (text.substr(1).starts_with('{')) return {.byte = '{', .written = 2};
  const bool is_reference = text.size() >= 3 && text[1] >= '1' && text[1] <= '9' && text[2] == '}';
  if (!is_reference) return {.kind = Piece::Kind::error};
  return {.kind = Piece::Kind::capture,
          .capture = static_cast<std::size_t>(text[1] - '1'),
          .written = 3};
}

}  // namespace

tl::expected<PathTemplate, std::string_view> PathTemplate::parse(std::string_view text,
                                                                 std::size_t captures) {
  CHECK(!text.empty() && text.size() <= kPathBytesMax);
  PathTemplate made;
  std::copy(text.begin(), text.end(), made.text_.begin());
  made.text_bytes_ = text.size();
  while (!text.empty()) {
    const Piece piece = first_piece(text);
    if (piece.kind == Piece::Kind::error) {
      return tl::unexpected<std::string_view>(
          "a { opens a reference, {1} to {9}; a brace itself is written {{");
    }
    if (piece.kind == Piece::Kind::capture) {
      if (piece.capture >= captures) {
        return tl::unexpected<std::string_view>("it refers to a wildcard that is not there");
      }
      made.fixed_ = false;
    }
    text.remove_prefix(piece.written);
  }
  return made;
}

std::optional<std::string_view> PathTemplate::write(std::string_view matched,
                                                    const GlobCaptures& captures,
                                                    PathBuffer& buffer) const {
  PathBuffer written;
  std::size_t used = 0;
  for (std::string_view rest{text_.data(), text_bytes_}; !rest.empty();) {
    const Piece piece = first_piece(rest);
    std::string_view next{&piece.byte, 1};
    if (piece.kind == Piece::Kind::capture) {
      next = matched.substr(captures[piece.capture].at, captures[piece.capture].bytes);
    }
    if (next.size() > written.size() - used) return std::nullopt;
    std::copy(next.begin(), next.end(), written.begin() + static_cast<std::ptrdiff_t>(used));
    used += next.size();
    rest.remove_prefix(piece.written);
  }
  return normalised_path({written.data(), used}, buffer);
}

}  // namespace stentor::base
