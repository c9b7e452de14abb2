// SPDX-License-Identifier: BSD-3-Clause
#include "control/image_retirement.h"

#include <algorithm>
#include <utility>

namespace stentor::control {

void ImageRetirement::retire(std::vector<const image::Image*> images) {
  if (!images.empty()) findable_.push_back({hooks_.mark(), std::move(images)});
}

void ImageRetirement::tick() {
  while (!findable_.empty() && hooks_.passed(findable_.front().mark)) {
    std::ranges::copy(findable_.front().images, std::back_inserter(unfindable_));
    findable_.pop_front();
  }
  if (drain_ == Drain::none) {
    begin_drain();
  } else {
    drain();
  }
}

void ImageRetirement::begin_drain() {
  const auto unused =
      std::partition(unfindable_.begin(), unfindable_.end(),
                     [this](const image::Image* image) { return hooks_.is_in_use(*image); });
  if (unused == unfindable_.end()) return;
  draining_.assign(unused, unfindable_.end());
  unfindable_.erase(unused, unfindable_.end());
  hooks_.change_pools();
  drain_mark_ = hooks_.mark();
  drain_ = Drain::changing;
}

// A pool counts a segment twice for the moment in which a worker's cache runs over into it: one
// look at zero may be wrong. In the next one no worker can be in that same moment any more.
void ImageRetirement::drain() {
  if (!hooks_.passed(drain_mark_)) return;
  if (drain_ == Drain::changing) drain_ = Drain::counting;
  if (hooks_.segments_out() != 0) {
    drain_ = Drain::counting;
    return;
  }
  if (drain_ == Drain::counting) {
    drain_mark_ = hooks_.mark();
    drain_ = Drain::checking;
    return;
  }
  hooks_.release(draining_);
  draining_.clear();
  drain_ = Drain::none;
}

std::size_t ImageRetirement::waiting() const {
  std::size_t count = unfindable_.size() + draining_.size();
  for (const Findable& each : findable_) count += each.images.size();
  return count;
}

}  // namespace stentor::control
