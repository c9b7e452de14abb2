// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/lookup.h"

#include <algorithm>

#include "tftp/client_directory.h"

namespace stentor::tftp {

const image::Image* Lookup::find(std::string_view path, const ClientContext& client) const {
  if (const image::Image* image = find_in_places(path, client)) return image;
  for (const Alias& alias : aliases_) {
    const auto captures = alias.from.match(path);
    if (!captures) continue;
    base::PathBuffer buffer;
    const auto target = alias.to.write(path, *captures, buffer);
    return target ? find_in_places(*target, client) : nullptr;
  }
  return nullptr;
}

bool Lookup::allows(const image::Image& image, const ClientContext& client) const {
  return std::ranges::all_of(access_, [&](const Access& rule) {
    return (rule.classes & client.classes) != 0 || !rule.files.match(image.path);
  });
}

const image::Image* Lookup::find_in_places(std::string_view path,
                                           const ClientContext& client) const {
  base::PathBuffer buffer;
  for (const config::DirectoryTemplate& directory : client_directories_) {
    const auto inside = path_inside(directory, client, path, buffer);
    const image::Image* image = inside ? find_at(*inside) : nullptr;
    if (image != nullptr) return image;
  }
  const image::Image* image = find_at(path);
  if (image != nullptr || client.boot_directory.empty()) return image;
  const auto beside = path_inside(client.boot_directory, path, buffer);
  return beside ? find_at(*beside) : nullptr;
}

const image::Image* Lookup::find_at(std::string_view path) const {
  const image::Image* image = generation_->find(path);
  return image == nullptr && folded_ ? folded_->find(path) : image;
}

}  // namespace stentor::tftp
