// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A worker::PortQueue with the receive ring of a NIC in front of it, in memory: what arrives waits
// for the worker's polls, and there is room for so much and no more. Whoever makes frames asks for
// room() first; what has none is lost. Checksums are vouched for, as by a device.
//
// What is done with frames that the worker sends is SinkQueue's, or a deriving class's.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "support/sink_queue.h"

namespace stentor::perf {

class ReceiveRing : public support::SinkQueue {
 public:
  static constexpr std::size_t kDescriptors = 1'024;

  // Of frames of up to `frame_bytes`.
  explicit ReceiveRing(std::size_t frame_bytes)
      // What was received is in the worker's hands while the next frames arrive.
      : buffers_(2 * kDescriptors, support::ByteVector(frame_bytes)) {}

  [[nodiscard]] std::size_t room() const { return kDescriptors - (tail_ - head_); }
  // Of what is in the ring, so many frames are there for the next polls; all, if it is never said.
  void allow(std::size_t frames) { allowed_ = frames; }
  // A copy of `frame` arrives, which the caller may change until the next poll.
  support::ByteVector& put(const support::ByteVector& frame) {
    CHECK(room() != 0);
    support::ByteVector& buffer = buffers_[tail_++ % buffers_.size()];
    buffer.assign(frame.begin(), frame.end());
    return buffer;
  }

  // The worker's side.
  std::size_t receive(std::span<Frame> out) {
    const std::size_t count = std::min({out.size(), tail_ - head_, allowed_});
    allowed_ -= count;
    for (Frame& frame : out.first(count)) frame = &buffers_[head_++ % buffers_.size()];
    return count;
  }
  wire::ReceiveChecksums checksums(Frame) { return {.ipv4_good = true, .udp_good = true}; }

 private:
  std::vector<support::ByteVector> buffers_;
  std::size_t head_ = 0, tail_ = 0;
  std::size_t allowed_ = SIZE_MAX;
};

}  // namespace stentor::perf
