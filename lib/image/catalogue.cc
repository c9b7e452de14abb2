// SPDX-License-Identifier: BSD-3-Clause
#include "image/catalogue.h"

#include <utility>

#include "base/check.h"

namespace stentor::image {

Catalogue::Catalogue(std::shared_ptr<const Generation> first)
    : generation_(std::move(first)), exact_(generation_->exact()), folded_(generation_->folded()) {
  if (!folded_) return;
  for (const Image* image : generation_->images()) {
    base::PathBuffer buffer;
    spellings_[std::string(base::folded_path(image->path, buffer))].emplace(image->path);
  }
}

void Catalogue::put(const Image* image) {
  const std::string_view path = image->path;
  if (const Image* old = exact_.find(path)) retired_.push_back(old);
  exact_.set(path, image);
  if (folded_) set_folded(path, true);
  has_changed_ = true;
}

void Catalogue::remove(std::string_view path) {
  const Image* old = exact_.find(path);
  CHECK(old != nullptr);
  // It may be the image's own, whose end is near.
  const std::string kept(path);
  retired_.push_back(old);
  exact_.set(kept, nullptr);
  if (folded_) set_folded(kept, false);
  has_changed_ = true;
}

void Catalogue::set_folded(std::string_view path, bool is_there) {
  base::PathBuffer buffer;
  const std::string key(base::folded_path(path, buffer));
  std::set<std::string>& spellings = spellings_[key];
  if (is_there) {
    spellings.emplace(path);
  } else {
    spellings.erase(std::string(path));
  }
  folded_->set(key, spellings.empty() ? nullptr : exact_.find(*spellings.begin()));
  if (spellings.empty()) spellings_.erase(key);
}

Catalogue::Change Catalogue::commit() {
  if (!std::exchange(has_changed_, false)) return {};
  generation_ = std::make_shared<const Generation>(generation_->number() + 1, generation_->stock(),
                                                   exact_, folded_);
  return {generation_, std::exchange(retired_, {})};
}

}  // namespace stentor::image
