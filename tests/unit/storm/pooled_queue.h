// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A worker::PortQueue over buffers that are taken once: for the test that traps allocation, which
// must not see the queue's own.

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/check.h"
#include "worker/port.h"

namespace stentor::storm {

class PooledQueue {
 public:
  using Frame = std::uint32_t;  // 1 and up
  static constexpr std::size_t kBuffers = 4096;
  static constexpr std::size_t kBufferBytes = 2048;

  PooledQueue() {
    for (Frame frame = kBuffers; frame >= 1; --frame) free_[free_count_++] = frame;
  }

  // The test's side.
  void arrive(std::span<const std::uint8_t> bytes) { arriving_.push_back(make(bytes)); }
  [[nodiscard]] std::span<const Frame> sent() const { return std::span(sent_).first(sent_count_); }
  void forget_sent() {
    for (const Frame frame : sent()) release(frame);
    sent_count_ = 0;
  }

  // The rig's side.
  [[nodiscard]] const worker::PortTraits& traits() const { return traits_; }
  std::size_t receive(std::span<Frame> frames) {
    const std::size_t count = std::min(frames.size(), arriving_.size());
    std::copy_n(arriving_.begin(), count, frames.begin());
    arriving_.erase(arriving_.begin(), arriving_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  base::Bytes bytes(Frame frame) {
    return base::Bytes(memory_).subspan(frame * kBufferBytes, lengths_[frame]);
  }
  wire::ReceiveChecksums checksums(Frame) { return {}; }
  Frame make(base::Bytes header) {
    CHECK(free_count_ != 0 && header.size() <= kBufferBytes);
    const Frame frame = free_[--free_count_];
    std::ranges::copy(header, memory_.begin() + static_cast<std::ptrdiff_t>(frame * kBufferBytes));
    lengths_[frame] = header.size();
    return frame;
  }
  // No rig sends blocks.
  template <worker::DataSource Source>
  Frame make_data(const Source&) {
    return {};
  }
  std::size_t transmit(std::span<Frame> frames) {
    for (const Frame frame : frames) sent_[sent_count_++] = frame;
    return frames.size();
  }
  void release(Frame frame) { free_[free_count_++] = frame; }

 private:
  worker::PortTraits traits_{.mac = {{2, 0, 0, 0, 0x77, 1}}};
  std::vector<std::uint8_t> memory_ = std::vector<std::uint8_t>((kBuffers + 1) * kBufferBytes);
  std::array<std::size_t, kBuffers + 1> lengths_{};
  std::array<Frame, kBuffers> free_{};
  std::array<Frame, kBuffers> sent_{};
  std::size_t free_count_ = 0;
  std::size_t sent_count_ = 0;
  std::vector<Frame> arriving_;  // grows outside of poll()
};

static_assert(worker::PortQueue<PooledQueue>);

}  // namespace stentor::storm
