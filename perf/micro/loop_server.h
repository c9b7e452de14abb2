// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A worker::PortQueue with a ZeroServer behind it: what a storm's machines send is answered between
// two polls, so that a benchmark of the rig measures the rig.

#include <cstring>
#include <deque>
#include <span>
#include <vector>

#include "base/check.h"
#include "worker/port.h"
#include "zero_server.h"

namespace stentor::perf {

class LoopServer {
 public:
  using Frame = std::uint32_t;  // 1-based index of a buffer
  static constexpr std::size_t kBuffers = 1024;

  explicit LoopServer(std::uint32_t machines) : server_({.machines = machines}) {
    for (Frame frame = 1; frame <= kBuffers; ++frame) free_.push_back(frame);
  }

  // The bench's side: what a burst of the next poll receives. Returns how many frames.
  std::size_t answer(std::size_t frames_max);
  // Frames that the rig has not taken yet.
  [[nodiscard]] std::size_t arriving() const { return arriving_.size(); }
  [[nodiscard]] const ZeroServerCounts& counts() const { return server_.counts(); }

  // The rig's side.
  [[nodiscard]] const worker::PortTraits& traits() const { return traits_; }
  std::size_t receive(std::span<Frame> frames) {
    const std::size_t count = std::min(frames.size(), arriving_.size());
    std::copy_n(arriving_.begin(), count, frames.begin());
    arriving_.erase(arriving_.begin(), arriving_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  base::Bytes bytes(Frame frame) { return {buffer(frame).data(), lengths_[frame]}; }
  wire::ReceiveChecksums checksums(Frame) { return {}; }
  Frame make(base::Bytes header) {
    const Frame frame = take();
    std::memcpy(buffer(frame).data(), header.data(), header.size());
    lengths_[frame] = static_cast<std::uint16_t>(header.size());
    return frame;
  }
  // No rig sends blocks.
  template <worker::DataSource Source>
  Frame make_data(const Source&) {
    return {};
  }
  std::size_t transmit(std::span<Frame> frames) {
    sent_.insert(sent_.end(), frames.begin(), frames.end());
    return frames.size();
  }
  void release(Frame frame) { free_.push_back(frame); }

 private:
  base::MutableBytes buffer(Frame frame) {
    return base::MutableBytes(buffers_).subspan(frame * ZeroServer::kFrameBytes,
                                                ZeroServer::kFrameBytes);
  }
  Frame take() {
    CHECK(!free_.empty());
    const Frame frame = free_.front();
    free_.pop_front();
    return frame;
  }
  void arrive(Frame frame, std::size_t bytes) {
    lengths_[frame] = static_cast<std::uint16_t>(bytes);
    arriving_.push_back(frame);
  }

  worker::PortTraits traits_{.mac = ZeroServer::kMac};
  std::vector<std::uint8_t> buffers_ =
      std::vector<std::uint8_t>((kBuffers + 1) * ZeroServer::kFrameBytes);
  std::array<std::uint16_t, kBuffers + 1> lengths_{};
  std::deque<Frame> free_;  // the oldest first, as a ring of descriptors has it
  std::deque<Frame> arriving_;
  std::vector<Frame> sent_;
  ZeroServer server_;
};

static_assert(worker::PortQueue<LoopServer>);

}  // namespace stentor::perf
