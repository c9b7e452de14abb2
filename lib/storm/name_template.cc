// SPDX-License-Identifier: BSD-3-Clause
#include "storm/name_template.h"

#include <algorithm>

namespace stentor::storm {

std::size_t NameTemplate::write(const client::Asker& asker, std::span<char> out) const {
  std::size_t length = 0;
  for (const Piece& piece : pieces_) {
    std::ranges::copy(piece.before, out.subspan(length).begin());
    length += piece.before.size();
    length += client::write_identity(piece.form, asker, out.subspan(length));
  }
  std::ranges::copy(tail_, out.subspan(length).begin());
  return length + tail_.size();
}

}  // namespace stentor::storm
