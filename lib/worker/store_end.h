// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A worker's end of the lease store: its lane, and how much it relies on the disk.

#include <atomic>

#include "store/lane.h"

namespace stentor::worker {

struct StoreEnd {
  store::Lane* lane = nullptr;  // null: leases are in memory alone
  // Written by control, a moment after the fact: nothing reaches the disk. Null: the worker does
  // not mind (durability: async).
  const std::atomic<bool>* is_failing = nullptr;

  // An ACK waits until its lease is on disk (durability: commit).
  [[nodiscard]] bool waits() const { return is_failing != nullptr; }
};

}  // namespace stentor::worker
