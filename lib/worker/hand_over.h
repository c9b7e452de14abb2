// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames that cross from the worker whose queue received them to the worker that owns what they are
// about: one single-producer ring for each ordered pair of workers, sized at start. Of whom a
// worker has transfers all know: an ACK that is nobody's does not cross.
//
// `Frame` is a PortQueue's frame handle; the ring gives up its ownership to the receiving worker.

#include <span>
#include <vector>

#include "base/ring.h"
#include "worker/snapshot.h"
#include "worker/transfer_homes.h"

namespace stentor::worker {

template <typename Frame>
struct Crossing {
  Frame frame{};
  PortIndex port = 0;
};

template <typename Frame>
class HandOverMesh {
 public:
  static constexpr std::size_t kRingFrames = 512;
  // Of a ring, what requests leave to transfers: a flood of requests, whoever sends them, must
  // not keep a transfer's ACK from its worker.
  static constexpr std::size_t kForTransfers = kRingFrames / 2;

  explicit HandOverMesh(std::size_t workers)
      : workers_(workers), slots_(workers * workers * kRingFrames), homes_(workers) {
    rings_.reserve(workers * workers);
    const std::span<Crossing<Frame>> all(slots_);
    for (std::size_t pair = 0; pair < workers * workers; ++pair) {
      rings_.push_back(std::make_unique<base::Ring<Crossing<Frame>>>(
          all.subspan(pair * kRingFrames, kRingFrames)));
    }
  }

  [[nodiscard]] std::size_t workers() const { return workers_; }
  // Worker `from` pushes, worker `to` pops.
  base::Ring<Crossing<Frame>>& ring(WorkerIndex from, WorkerIndex to) {
    return *rings_[from * workers_ + to];
  }
  // By worker; each enters its own before any of them polls, and outlives the last poll.
  [[nodiscard]] std::span<const TransferHomes*> homes() { return homes_; }

 private:
  std::size_t workers_;
  std::vector<Crossing<Frame>> slots_;
  std::vector<std::unique_ptr<base::Ring<Crossing<Frame>>>> rings_;
  std::vector<const TransferHomes*> homes_;
};

}  // namespace stentor::worker
