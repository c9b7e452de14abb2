// SPDX-License-Identifier: BSD-3-Clause
#include "image/generation_builder.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::image {

GenerationBuilder::GenerationBuilder(Memory& memory, std::size_t expected_bytes)
    : stock_(std::make_shared<Stock>(memory, expected_bytes)) {}

void GenerationBuilder::add(const ImageSpace& space, const std::vector<std::string>& paths) {
  const std::vector<const Image*> added = stock_->add(space, paths);
  CHECK(added.size() == paths.size());
  add(added);
}

void GenerationBuilder::add(const std::vector<const Image*>& images) {
  const std::lock_guard lock(mutex_);
  images_.insert(images_.end(), images.begin(), images.end());
}

bool GenerationBuilder::add_copy(std::string_view path, base::Bytes bytes) {
  const ImageSpace space = reserve(bytes.size());
  if (space.whole.empty()) return false;
  std::ranges::copy(bytes, space.bytes.begin());
  add(space, {std::string(path)});
  return true;
}

std::unique_ptr<const Generation> GenerationBuilder::build(std::uint64_t number,
                                                           base::PathCase path_case) {
  CHECK(stock_ != nullptr);
  std::ranges::sort(images_, {}, &Image::path);
  for (std::size_t i = 1; i < images_.size(); ++i) CHECK(images_[i - 1]->path != images_[i]->path);
  std::optional<PathMap> folded;
  if (path_case == base::PathCase::folded) folded.emplace(images_, path_case);
  return std::make_unique<const Generation>(
      number, std::move(stock_), PathMap(images_, base::PathCase::exact), std::move(folded));
}

}  // namespace stentor::image
