// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames on their way to one transmit queue. What the device does not take stays here, in order,
// and holds the queue's transfers back, but not its replies: blocks leave room for a burst of them,
// for a device that is full is the usual one while images are sent at line rate. (What more is
// asked waits a moment in the receive queue: frames_to_receive().) Nor do replies hold the
// transfers back: while a device is full, each has its own part of the batch, and minor ones
// (worker/verdict.h) have a twelfth of what blocks have. A device that takes nothing for a second
// has its frames dropped, so that a dead port keeps no buffer and a revived one is not fed stale
// frames.

#include <algorithm>
#include <array>
#include <bitset>
#include <numeric>

#include "base/clock.h"
#include "capture/tap.h"
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
  static constexpr std::size_t kMinorReplies =
      kBlocks / 12;  // of kReplies, while the device is full
  static constexpr base::Duration kStallMax = std::chrono::seconds{1};
  static constexpr base::Duration kReceiveHoldMax = std::chrono::milliseconds{1};

  // `tap` is told of what is sent, as of this port.
  TransmitBatch(Q& queue, Counters& counters, capture::Tap& tap, PortIndex port)
      : queue_(&queue), counters_(&counters), tap_(&tap), port_(port) {}

  [[nodiscard]] bool is_empty() const { return count_ == 0; }
  // For frames that can wait until the next loop.
  [[nodiscard]] std::size_t room() const {
    return std::min(kBlocks - (count_ - replies_count_), kFrames - count_);
  }

  // How many replies push_reply() would find room for.
  [[nodiscard]] std::size_t reply_room() const {
    const std::size_t room = kFrames - count_;
    const bool has_blocks = count_ != replies_count_;
    if (!is_held_up_ || !has_blocks) return room;
    return std::min(room, kReplies - std::min(replies_count_, kReplies));
  }

  // How many frames to receive, of a burst at the most: what waits in the receive queue is not
  // lost, an answer that finds no room is. Not for long: who asks without end, and could have no
  // more than replies' share of the device, would keep everybody's ACKs waiting behind. (Some
  // drivers give nothing to who asks for fewer than four.)
  std::size_t frames_to_receive(base::Time now) {
    if (reply_room() < kBurst) flush(now);
    if (reply_room() >= kBurst) {
      full_of_replies_since_ = base::kNever;
      return kBurst;
    }
    if (full_of_replies_since_ == base::kNever) full_of_replies_since_ = now;
    return now - full_of_replies_since_ > kReceiveHoldMax ? kBurst : reply_room();
  }

  // False, and nothing is held, when no buffer is free.
  [[nodiscard]] bool push(base::Bytes bytes) {
    const Frame frame = queue_->make(bytes);
    if (frame == Frame{}) return false;
    append(frame, bytes.size());
    if (tap_->is_on()) [[unlikely]]
      tap_->note_sent(port_, bytes, {}, std::nullopt);
    return true;
  }

  // The same of a block and its header, of which the capture is told by who has pushed several.
  template <DataSource Source>
  [[nodiscard]] bool push_data(const Source& block) {
    const Frame frame = queue_->make_data(block);
    if (frame == Frame{}) return false;
    append(frame, block.header_bytes() + block.payload().size());
    return true;
  }

  [[nodiscard]] bool is_captured() const { return tap_->is_on(); }
  template <DataSource Source>
  void capture(const Source& block) {
    std::array<std::uint8_t, wire::kDataHeaderBytesMax> header;
    block.write_header(header.data());
    tap_->note_sent(port_, base::Bytes(header).first(block.header_bytes()), block.payload(),
                    std::nullopt);
  }

  // A reply is dropped, and counted, where there is no room or no buffer: its client asks again.
  void push_reply(base::Bytes bytes) {
    if (reply_room() == 0) {
      drop_reply(bytes, wire::DropReason::transmit_full);
    } else if (!push(bytes)) {
      drop_reply(bytes, wire::DropReason::no_frame_buffer);
    } else {
      replies_.set(count_ - 1);
      ++replies_count_;
    }
  }

  // The same for one that can be done without.
  void push_minor_reply(base::Bytes bytes) {
    const std::size_t before = count_;
    if (is_held_up_ && minor_.count() >= kMinorReplies) {
      drop_reply(bytes, wire::DropReason::transmit_full);
    } else {
      push_reply(bytes);
    }
    if (count_ != before) minor_.set(before);
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
    is_held_up_ = count_ != 0;
    if (count_ == 0) {
      stalled_since_ = base::kNever;
    } else if (now - stalled_since_ > kStallMax) {
      for (std::size_t i = 0; i < count_; ++i)
        counters_->drop_late(wire::DropReason::transmit_full);
      release();
    }
    return taken != 0;
  }

  // Gives every waiting frame back.
  void release() {
    for (std::size_t i = 0; i < count_; ++i) queue_->release(frames_[i]);
    count_ = 0;
    forget_replies();
    is_held_up_ = false;
    stalled_since_ = base::kNever;
  }

 private:
  void drop_reply(base::Bytes bytes, wire::DropReason reason) {
    counters_->drop_late(reason);
    if (tap_->is_on()) tap_->note_sent(port_, bytes, {}, reason);
  }

  void append(Frame frame, std::size_t bytes) {
    frames_[count_] = frame;
    bytes_[count_++] = static_cast<std::uint16_t>(bytes);
  }

  void erase_front(std::size_t taken) {
    std::copy(frames_.begin() + taken, frames_.begin() + count_, frames_.begin());
    std::copy(bytes_.begin() + taken, bytes_.begin() + count_, bytes_.begin());
    count_ -= taken;
    if (replies_count_ == 0) return;
    if (count_ == 0) return forget_replies();
    replies_ >>= taken;
    minor_ >>= taken;
    replies_count_ = replies_.count();
  }

  void forget_replies() {
    if (replies_count_ == 0) return;
    replies_.reset();
    minor_.reset();
    replies_count_ = 0;
  }

  Q* queue_;
  Counters* counters_;
  capture::Tap* tap_;
  PortIndex port_;
  std::array<Frame, kFrames> frames_{};
  std::array<std::uint16_t, kFrames> bytes_{};
  std::size_t count_ = 0;
  // Which of the frames are replies, and which of these minor ones.
  std::bitset<kFrames> replies_;
  std::bitset<kFrames> minor_;
  std::size_t replies_count_ = 0;
  bool is_held_up_ = false;                  // the device did not take all of the last time
  base::Time stalled_since_ = base::kNever;  // kNever: nothing waits
  base::Time full_of_replies_since_ = base::kNever;
};

}  // namespace stentor::worker
