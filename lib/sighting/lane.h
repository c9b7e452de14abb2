// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Sightings on their way from one worker to the thread that follows clients. Neither waits for the
// other: what finds the lane full is lost, and the worker counts it.

#include <span>
#include <vector>

#include "base/ring.h"
#include "sighting/sighting.h"

namespace stentor::sighting {

class Lane {
 public:
  // 2.4 MiB, written once at start, so that no worker meets a page that is not there. 20,000
  // machines a second that boot in three stages are noted 12 times each: 240,000 a second, of which
  // a lane takes what comes in 34 ms, while it is emptied each 20 (control/client_watch.h).
  static constexpr std::size_t kSlots = 8192;

  // Worker. The next sighting, of which all but its name is to be written; null: the lane is full.
  [[nodiscard]] Sighting* claim() { return ring_.claim(); }
  // Worker. Whether the next claim succeeds.
  [[nodiscard]] bool has_room() { return ring_.claim() != nullptr; }
  // Worker: what was claimed is whole.
  void publish() { ring_.publish(); }

  // Reader. Moves up to `out.size()`, oldest first; returns how many.
  std::size_t pop(std::span<Sighting> out) { return ring_.pop(out); }

 private:
  std::vector<Sighting> slots_ = std::vector<Sighting>(kSlots);
  base::Ring<Sighting> ring_{slots_};
};

}  // namespace stentor::sighting
