// SPDX-License-Identifier: BSD-3-Clause
#include <cstdlib>

#include "worker/image_use.h"

namespace stentor::worker {

// calloc and not new[], which would write, and so take, every page.
ImageUse::ImageUse() {
  void* zeros = std::calloc(image::kImageSlots, sizeof(Count));
  CHECK(zeros != nullptr);
  counts_ = {static_cast<Count*>(zeros), image::kImageSlots};
}

ImageUse::~ImageUse() { std::free(counts_.data()); }

}  // namespace stentor::worker
