// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/lookup.h"

namespace stentor::tftp {

const image::Image* Lookup::find(std::string_view path) const {
  if (const image::Image* image = find_unaliased(path)) return image;
  for (const Alias& alias : aliases_) {
    const auto captures = alias.from.match(path);
    if (!captures) continue;
    base::PathBuffer buffer;
    const auto target = alias.to.write(path, *captures, buffer);
    return target ? find_unaliased(*target) : nullptr;
  }
  return nullptr;
}

const image::Image* Lookup::find_unaliased(std::string_view path) const {
  const image::Image* image = generation_->find(path);
  return image == nullptr && folded_ ? folded_->find(path) : image;
}

}  // namespace stentor::tftp
