// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames that cross from the worker whose queue received them to the worker that owns what they are
// about: one single-producer ring for each ordered pair of workers, sized at start. What would come
// to nothing there does not cross: all see whose transfers a worker has, and whether it sheds.
//
// `Frame` is a PortQueue's frame handle; the ring gives up its ownership to the receiving worker.

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <sys/eventfd.h>
#include <vector>

#include "base/ring.h"
#include "worker/port.h"
#include "worker/snapshot.h"
#include "worker/worker_face.h"

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

  struct Taken {
    std::size_t frames = 0;
    bool has_full_burst = false;  // of some worker: there may be more of its
  };

  explicit HandOverMesh(std::size_t workers)
      : workers_(workers), slots_(workers * workers * kRingFrames), faces_(workers) {
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
  // Up to a burst from each other worker to `self`, in pieces of one port.
  template <typename Visit>
  Taken take(WorkerIndex self, Visit visit) {
    Taken taken;
    const auto workers = static_cast<WorkerIndex>(workers_);
    for (WorkerIndex from = 0; from < workers; ++from) {
      if (from == self) continue;
      std::array<Crossing<Frame>, kBurst> crossings{};
      std::array<Frame, kBurst> frames{};
      const std::size_t count = ring(from, self).pop(crossings);
      for (std::size_t i = 0; i < count; ++i) frames[i] = crossings[i].frame;
      for (std::size_t begin = 0, end = 0; begin < count; begin = end) {
        const PortIndex port = crossings[begin].port;
        while (end < count && crossings[end].port == port) ++end;
        visit(port, std::span<const Frame>(frames).subspan(begin, end - begin));
      }
      taken.frames += count;
      taken.has_full_burst |= count == kBurst;
    }
    return taken;
  }

  // Worker `from`, after it has pushed: those of its loop's `to` (a bit each) that sleep.
  void wake(std::uint64_t to) const {
    for (; to != 0; to &= to - 1) {
      const WorkerFace& face = faces_[static_cast<std::size_t>(std::countr_zero(to))];
      if (face.is_asleep()) [[unlikely]]
        ::eventfd_write(face.alarm, 1);
    }
  }

  // By worker; each enters its homes before any of them polls, and outlives the last poll.
  [[nodiscard]] std::span<WorkerFace> faces() { return faces_; }

 private:
  std::size_t workers_;
  std::vector<Crossing<Frame>> slots_;
  std::vector<std::unique_ptr<base::Ring<Crossing<Frame>>>> rings_;
  std::vector<WorkerFace> faces_;
};

}  // namespace stentor::worker
