// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <utility>

#include "config/near_miss.h"
#include "config/report.h"
#include "storm/name_template.h"

namespace stentor::storm {
namespace {

std::string unknown_word(std::string_view text) {
  const std::size_t end = text.find('}');
  const std::string_view word = text.substr(0, end == std::string_view::npos ? end : end + 1);
  std::array<std::string_view, client::kIdentityWords.size()> known;
  std::ranges::transform(client::kIdentityWords, known.begin(), &client::IdentityWord::word);
  return config::in_quotes(word) + " stands for nothing in a name; known are " +
         config::enumerate(known) + ", and {{ for a brace";
}

}  // namespace

Parsed<NameTemplate> NameTemplate::parse(std::string_view text) {
  NameTemplate made;
  while (!text.empty()) {
    const std::size_t brace = std::min(text.find('{'), text.size());
    made.tail_ += text.substr(0, brace);
    made.bytes_max_ += brace;
    text.remove_prefix(brace);
    if (text.empty()) break;
    if (text.starts_with("{{")) {
      made.tail_ += '{';
      ++made.bytes_max_;
      text.remove_prefix(2);
      continue;
    }
    const auto* word = std::ranges::find_if(
        client::kIdentityWords,
        [text](const client::IdentityWord& each) { return text.starts_with(each.word); });
    if (word == client::kIdentityWords.end()) {
      return tl::unexpected<std::string>(unknown_word(text));
    }
    made.pieces_.push_back({std::exchange(made.tail_, {}), word->form});
    made.bytes_max_ += word->bytes_max;
    text.remove_prefix(word->word.size());
  }
  if (made.bytes_max_ > kNameBytesMax) {
    return tl::unexpected<std::string>(
        "a file's name has at most " + std::to_string(kNameBytesMax) +
        " bytes, and here it may have " + std::to_string(made.bytes_max_));
  }
  return made;
}

}  // namespace stentor::storm
