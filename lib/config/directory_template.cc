// SPDX-License-Identifier: BSD-3-Clause
#include "config/directory_template.h"

#include <algorithm>

#include "base/path.h"

namespace stentor::config {

tl::expected<DirectoryTemplate, std::string_view> DirectoryTemplate::parse(std::string_view text) {
  DirectoryTemplate made;
  std::size_t bytes_max = 0;
  while (!text.empty()) {
    if (text[0] != '{' || text.starts_with("{{")) {
      made.end += text[0];
      ++bytes_max;
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
    bytes_max += name->bytes;
    text.remove_prefix(name->written.size());
  }
  if (made.pieces.empty()) {
    return tl::unexpected<std::string_view>("no word in it tells one client from another");
  }
  // A separator and a file's name come behind it.
  if (bytes_max + 2 > base::kPathBytesMax) {
    return tl::unexpected<std::string_view>("it leaves no room for a file's name");
  }
  return made;
}

}  // namespace stentor::config
