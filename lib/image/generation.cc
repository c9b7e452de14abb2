// SPDX-License-Identifier: BSD-3-Clause
#include "image/generation.h"

#include "base/check.h"

namespace stentor::image {

Generation::Generation(std::uint64_t number, std::shared_ptr<Stock> stock, PathMap exact,
                       std::optional<PathMap> folded)
    : number_(number),
      stock_(std::move(stock)),
      exact_(std::move(exact)),
      folded_(std::move(folded)) {
  CHECK(stock_ != nullptr && exact_.size() <= kImagesMax);
}

std::vector<CaseClash> case_clashes(const Generation& generation) {
  std::vector<CaseClash> clashes;
  if (!generation.folded()) return clashes;
  for (const Image* image : generation.images()) {
    const Image* found = generation.find_folded(image->path);
    if (found != image) clashes.push_back({found->path, image->path});
  }
  return clashes;
}

}  // namespace stentor::image
