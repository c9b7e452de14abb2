// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames on their way to one transmit queue. What the device does not take stays here, in order,
// and holds the queue's transfers back, but not its replies: blocks leave room for a burst of them,
// for a device that is full is the usual one while images are sent at line rate. A device that
// takes nothing for a second has its frames dropped, so that a dead port keeps no buffer and a
// revived one is not fed stale frames.

#include <algorithm>
#include <array>
#include <numeric>

#include "worker/counters.h"
#include "worker/port.h"

namespace stentor::worker {

template <PortQueue Q>
class TransmitBatch {
 public:
  using Frame = typename Q::Frame;

  static constexpr std::size_t kBlocks = 64;
  static constexpr std::size_t kReplies = 32;  // room that blocks leave
  static constexpr std::size_t kFrames = kBlocks + kReplies;
  static constexpr base::Duration kStallMax = std::chrono::seconds{1};

  TransmitBatch(Q& queue, Counters& counters) : queue_(&queue), counters_(&counters) {}

  [[nodiscard]] bool is_empty() const { return count_ == 0; }
  // For frames that can wait until the next loop.
  [[nodiscard]] std::size_t room() const { return count_ < kBlocks ? kBlocks - count_ : 0; }

  // False, and nothing is held, when no buffer is free.
  [[nodiscard]] bool push(base::Bytes bytes) {
    const Frame frame = queue_->make(bytes);
    if (frame == Frame{}) return false;
    append(frame, bytes.size());
    return true;
  }

  // The same of a block and its header.
  template <DataSource Source>
  [[nodiscard]] bool push_data(const Source& block) {
    const Frame frame = queue_->make_data(block);
    if (frame == Frame{}) return false;
    append(frame, block.header_bytes() + block.payload().size());
    return true;
  }

  // A reply is dropped, and counted, where there is no room or no buffer: its client asks again.
  void push_reply(base::Bytes bytes) {
    if (count_ == kFrames) {
      counters_->drop(wire::DropReason::transmit_full);
    } else if (!push(bytes)) {
      counters_->drop(wire::DropReason::no_frame_buffer);
    }
  }

  // Hands the device what it takes. True if it took any.
  bool flush(base::Time now) {
    if (count_ == 0) return false;
    const std::size_t taken = queue_->transmit(std::span(frames_).first(count_));
    counters_->bytes_sent.add(
        std::accumulate(bytes_.begin(), bytes_.begin() + taken, std::uint64_t{0}));
    counters_->frames_sent.add(taken);
    if (taken != 0 || stalled_since_ == base::kNever) stalled_since_ = now;
    erase_front(taken);
    if (count_ == 0) {
      stalled_since_ = base::kNever;
    } else if (now - stalled_since_ > kStallMax) {
      for (std::size_t i = 0; i < count_; ++i) counters_->drop(wire::DropReason::transmit_full);
      release();
    }
    return taken != 0;
  }

  // Gives every waiting frame back.
  void release() {
    for (std::size_t i = 0; i < count_; ++i) queue_->release(frames_[i]);
    count_ = 0;
    stalled_since_ = base::kNever;
  }

 private:
  void append(Frame frame, std::size_t bytes) {
    frames_[count_] = frame;
    bytes_[count_++] = static_cast<std::uint16_t>(bytes);
  }

  void erase_front(std::size_t taken) {
    std::copy(frames_.begin() + taken, frames_.begin() + count_, frames_.begin());
    std::copy(bytes_.begin() + taken, bytes_.begin() + count_, bytes_.begin());
    count_ -= taken;
  }

  Q* queue_;
  Counters* counters_;
  std::array<Frame, kFrames> frames_{};
  std::array<std::uint16_t, kFrames> bytes_{};
  std::size_t count_ = 0;
  base::Time stalled_since_ = base::kNever;  // kNever: nothing waits
};

}  // namespace stentor::worker
