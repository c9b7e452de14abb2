// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How many transfers of one worker send each image: so that a removed image's memory is given back
// when its own last transfer ends, however long others take.
//
// Threads: written by its worker alone, when a transfer begins and ends; read by control. Control
// asks about an image once every worker has begun a burst after the image left the catalogue
// (base::Published::passed()): from then on a count only goes down, and what was added before is
// seen. So one look at zero is final.
//
// Four bytes for each of image::kImageSlots, from zeroed pages of the kernel: a page is taken when
// one of its thousand images is first sent.

#include <atomic>
#include <cstdint>
#include <span>

#include "base/check.h"
#include "image/image.h"

namespace stentor::worker {

class ImageUse {
 public:
  ImageUse();
  ~ImageUse();
  ImageUse(const ImageUse&) = delete;
  ImageUse& operator=(const ImageUse&) = delete;

  void add(const image::Image& image) {
    Count& count = counts_[image.slot];
    // Relaxed: nobody else writes it, and control looks when the next burst has begun.
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void remove(const image::Image& image) {
    Count& count = counts_[image.slot];
    const std::uint32_t was = count.load(std::memory_order_relaxed);
    CHECK(was != 0);
    // The release pairs with the acquire in has(): who sees the last one gone may free the bytes
    // that this worker has read.
    count.store(was - 1, std::memory_order_release);
  }

  [[nodiscard]] bool has(const image::Image& image) const {
    // The acquire pairs with the release in remove().
    return counts_[image.slot].load(std::memory_order_acquire) != 0;
  }

 private:
  using Count = std::atomic<std::uint32_t>;
  static_assert(Count::is_always_lock_free);

  std::span<Count> counts_;  // by slot
};

}  // namespace stentor::worker
