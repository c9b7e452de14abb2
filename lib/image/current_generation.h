// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which generation requests are served from: what a snapshot's look-ups go through, so that files
// which change need no new snapshot.
//
// Threads: one sets, workers read. Whoever sets keeps the old generation until every worker has
// begun another burst (base::Published::mark()); a worker uses what it got in that burst alone, and
// images that its transfers hold count as in use (worker/image_use.h) from then on.

#include <atomic>

#include "image/generation.h"

namespace stentor::image {

class CurrentGeneration {
 public:
  explicit CurrentGeneration(const Generation& first) : generation_(&first) {}

  // Sequentially consistent, as is base::Published: a worker whose burst begins after the mark sees
  // what was set before it.
  [[nodiscard]] const Generation& get() const { return *generation_.load(); }
  void set(const Generation& next) { generation_.store(&next); }

 private:
  std::atomic<const Generation*> generation_;  // written by control, read by workers
};

}  // namespace stentor::image
