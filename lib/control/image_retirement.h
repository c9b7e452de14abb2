// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Replaced and removed images, until their memory may be given back. An image is free when
//
// 1. no worker can find it: every worker has begun a burst since the catalogue without it was set;
// 2. no worker's transfer sends it: by the workers' counts for each image, so a transfer that takes
//    hours keeps its own image and no other;
// 3. no frame refers to it: frames that refer to images take their segments from one of two pools
//    in turn. Once no transfer sends an image, workers are given the other pool, and when every
//    segment of the first is back, so are those of the image's last frames.
//
// Pools are changed for many images at once, and not again before the one that was left is empty:
// where a device keeps the last frames that it has sent until it sends others, images wait for
// that.
//
// Threads: control alone. Costs: a look at each image that still has a transfer, each tick.

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "image/image.h"

namespace stentor::control {

class ImageRetirement {
 public:
  // What the rest of the appliance does for it.
  struct Hooks {
    // A moment for all workers, and whether each has begun a burst since then
    // (base::Published::mark).
    std::function<std::uint64_t()> mark;
    std::function<bool(std::uint64_t)> passed;
    // Whether a transfer of any worker sends the image.
    std::function<bool(const image::Image&)> is_in_use;
    // From now on frames take segments from the other pool; and those of the pool that was left
    // which are not back. Where frames are copies there are none.
    std::function<void()> change_pools;
    std::function<unsigned()> segments_out;
    // They are free.
    std::function<void(std::span<const image::Image* const>)> release;
  };

  explicit ImageRetirement(Hooks hooks) : hooks_(std::move(hooks)) {}

  // These are in the catalogue no more: after it was set.
  void retire(std::vector<const image::Image*> images);
  void tick();

  // How many are not free yet; and of these, how many a transfer still sends.
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::size_t in_use() const { return unfindable_.size(); }

 private:
  struct Findable {
    std::uint64_t mark;
    std::vector<const image::Image*> images;
  };
  enum class Drain {
    none,
    changing,  // until every worker has the other pool
    counting,  // until all segments are back
    checking,  // and are so again, one burst of every worker later
  };

  void begin_drain();
  void drain();

  Hooks hooks_;
  std::deque<Findable> findable_;                // a worker may still find them
  std::vector<const image::Image*> unfindable_;  // a transfer may still send them
  std::vector<const image::Image*> draining_;    // a frame may still refer to them
  Drain drain_ = Drain::none;
  std::uint64_t drain_mark_ = 0;
};

}  // namespace stentor::control
