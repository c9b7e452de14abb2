// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/lookup.h"

#include <algorithm>

#include "tftp/client_directory.h"

namespace stentor::tftp {

const image::Image* Lookup::find(std::string_view path, const ClientContext& client) const {
  const image::Generation& generation = current_->get();
  if (const image::Image* image = find_in_places(generation, path, client)) return image;
  if (aliases_.empty()) return nullptr;
  const PathEnds ends = PathEnds::of(path, path_case_);
  for (std::size_t i = 0; i < aliases_.size(); ++i) {
    if (!alias_ends_[i].admit(ends)) continue;
    const Alias& alias = aliases_[i];
    const auto captures = alias.from.match(path);
    if (!captures) continue;
    base::PathBuffer buffer;
    const auto target = alias.to.write(path, *captures, buffer);
    return target ? find_in_places(generation, *target, client) : nullptr;
  }
  return nullptr;
}

bool Lookup::allows(const image::Image& image, const ClientContext& client) const {
  return std::ranges::all_of(access_, [&](const Access& rule) {
    return (rule.classes & client.classes) != 0 || !rule.files.match(image.path);
  });
}

const image::Image* Lookup::find_in_places(const image::Generation& generation,
                                           std::string_view path,
                                           const ClientContext& client) const {
  base::PathBuffer buffer;
  for (const config::ClientTemplate& directory : client_directories_) {
    const auto inside = path_inside(directory, client, path, buffer);
    const image::Image* image = inside ? find_at(generation, *inside) : nullptr;
    if (image != nullptr) return image;
  }
  const image::Image* image = find_at(generation, path);
  if (image != nullptr || client.boot_directory == nullptr) return image;
  const auto beside = path_inside(*client.boot_directory, client, path, buffer);
  return beside ? find_at(generation, *beside) : nullptr;
}

const image::Image* Lookup::find_at(const image::Generation& generation,
                                    std::string_view path) const {
  const image::Image* image = generation.find(path);
  if (image != nullptr || path_case_ == base::PathCase::exact) return image;
  return generation.find_folded(path);
}

}  // namespace stentor::tftp
