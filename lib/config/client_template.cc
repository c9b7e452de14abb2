// SPDX-License-Identifier: BSD-3-Clause
#include "config/client_template.h"

#include <algorithm>

#include "base/path.h"

namespace stentor::config {
namespace {

std::string with_double_braces(std::string_view text) {
  std::string written;
  for (const char c : text) written.append(c == '{' ? 2 : 1, c);
  return written;
}

}  // namespace

tl::expected<ClientTemplate, std::string_view> ClientTemplate::parse(std::string_view text) {
  ClientTemplate made;
  while (!text.empty()) {
    if (text[0] != '{' || text.starts_with("{{")) {
      made.end += text[0];
      text.remove_prefix(text[0] == '{' ? 2 : 1);
      continue;
    }
    const auto* name = std::ranges::find_if(kClientWords, [text](const ClientWordName& known) {
      return text.starts_with(known.written);
    });
    if (name == kClientWords.end()) {
      return tl::unexpected<std::string_view>(
          "a { opens a word, and this one is not known; a brace itself is written {{");
    }
    made.pieces.push_back({std::move(made.end), name->word});
    made.end.clear();
    text.remove_prefix(name->written.size());
  }
  return made;
}

tl::expected<ClientTemplate, std::string_view> ClientTemplate::parse_directory(
    std::string_view text) {
  auto made = parse(text);
  if (!made) return made;
  if (made->pieces.empty()) {
    return tl::unexpected<std::string_view>("no word in it tells one client from another");
  }
  if (!made->lasts()) {
    return tl::unexpected<std::string_view>(
        "{uuid}, {arch} and {hostname} are not known when a file is asked for");
  }
  std::size_t bytes_max = made->fixed_bytes();
  for (const Piece& piece : made->pieces) bytes_max += name_of(piece.word).bytes;
  // A separator and a file's name come behind it.
  if (bytes_max + 2 > base::kPathBytesMax) {
    return tl::unexpected<std::string_view>("it leaves no room for a file's name");
  }
  return made;
}

std::size_t ClientTemplate::fixed_bytes() const {
  std::size_t bytes = end.size();
  for (const Piece& piece : pieces) bytes += piece.text.size();
  return bytes;
}

bool ClientTemplate::lasts() const {
  return std::ranges::all_of(pieces, [](const Piece& piece) { return name_of(piece.word).lasts; });
}

std::optional<ClientTemplate> ClientTemplate::directory() const {
  ClientTemplate made = *this;
  std::size_t slash = made.end.rfind('/');
  while (slash == std::string::npos) {
    if (made.pieces.empty()) return std::nullopt;
    made.end = std::move(made.pieces.back().text);
    made.pieces.pop_back();
    slash = made.end.rfind('/');
  }
  made.end.resize(slash);
  return made;
}

ClientTemplate ClientTemplate::with(ClientWord word, std::string_view text) const {
  ClientTemplate made;
  std::string before;
  for (const Piece& piece : pieces) {
    before += piece.text;
    if (piece.word == word) {
      before += text;
    } else {
      made.pieces.push_back({std::move(before), piece.word});
      before.clear();
    }
  }
  made.end = std::move(before) + end;
  return made;
}

std::string ClientTemplate::written() const {
  std::string text;
  for (const Piece& piece : pieces) {
    text += with_double_braces(piece.text);
    text += name_of(piece.word).written;
  }
  return text + with_double_braces(end);
}

}  // namespace stentor::config
