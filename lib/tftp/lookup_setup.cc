// SPDX-License-Identifier: BSD-3-Clause
#include "base/check.h"
#include "tftp/lookup.h"

namespace stentor::tftp {

Lookup::Lookup(const config::Images& images, const image::CurrentGeneration& current)
    : current_(&current),
      path_case_(images.path_case),
      client_directories_(images.client_directories) {
  CHECK(path_case_ == base::PathCase::exact || current.get().folded().has_value());
  for (const config::Alias& alias : images.aliases) {
    const auto from = base::Glob::parse(alias.from, images.path_case);
    CHECK(from.has_value());
    const auto to = base::PathTemplate::parse(alias.to, from->captures());
    CHECK(to.has_value());
    aliases_.push_back({*from, *to});
    alias_ends_.emplace_back(alias.from, images.path_case);
  }
  for (const config::ClientTemplate& directory : client_directories_) {
    for (const config::ClientTemplate::Piece& piece : directory.pieces) {
      asks_for_address_ = asks_for_address_ || piece.word == config::ClientWord::address_dotted ||
                          piece.word == config::ClientWord::address_digits;
    }
  }
  for (const config::AccessRule& rule : images.access) {
    const auto files = base::Glob::parse(rule.files, images.path_case);
    CHECK(files.has_value());
    access_.push_back({*files, rule.classes});
  }
}

}  // namespace stentor::tftp
