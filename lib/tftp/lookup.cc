// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/lookup.h"

namespace stentor::tftp {

const image::Image* Lookup::find(std::string_view path) const {
  const image::Generation& generation = current_->get();
  if (const image::Image* image = find_unaliased(generation, path)) return image;
  for (const Alias& alias : aliases_) {
    const auto captures = alias.from.match(path);
    if (!captures) continue;
    base::PathBuffer buffer;
    const auto target = alias.to.write(path, *captures, buffer);
    return target ? find_unaliased(generation, *target) : nullptr;
  }
  return nullptr;
}

const image::Image* Lookup::find_unaliased(const image::Generation& generation,
                                           std::string_view path) const {
  const image::Image* image = generation.find(path);
  if (image != nullptr || path_case_ == base::PathCase::exact) return image;
  return generation.find_folded(path);
}

}  // namespace stentor::tftp
