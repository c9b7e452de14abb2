// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The cheapest server there can be, behind a worker::PortQueue: what a storm's machines send is
// answered between two polls, so that a benchmark of the rig measures the rig. It offers each
// machine an address made from its MAC and sends it zeros, for ever.

#include <cstring>
#include <deque>
#include <span>
#include <vector>

#include "base/check.h"
#include "wire/frame.h"
#include "worker/port.h"

namespace stentor::perf {

class LoopServer {
 public:
  using Frame = std::uint32_t;  // 1-based index of a buffer
  static constexpr std::size_t kBuffers = 1024;
  static constexpr std::size_t kBufferBytes = 2048;
  static constexpr std::uint16_t kBlockBytes = 1456;
  static constexpr std::uint16_t kServerPort = 50'000;

  explicit LoopServer(std::uint32_t machines) : machines_(machines) {
    for (Frame frame = 1; frame <= kBuffers; ++frame) free_.push_back(frame);
  }

  // The bench's side: what a burst of the next poll receives. Returns how many frames.
  std::size_t answer(std::size_t frames_max);
  [[nodiscard]] std::size_t waiting() const { return arriving_.size(); }

  // The rig's side.
  [[nodiscard]] const worker::PortTraits& traits() const { return traits_; }
  std::size_t receive(std::span<Frame> frames) {
    const std::size_t count = std::min(frames.size(), arriving_.size());
    std::copy_n(arriving_.begin(), count, frames.begin());
    arriving_.erase(arriving_.begin(), arriving_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  base::Bytes bytes(Frame frame) { return {buffer(frame), lengths_[frame]}; }
  wire::ReceiveChecksums checksums(Frame) { return {}; }
  Frame make(base::Bytes header) {
    const Frame frame = take();
    std::memcpy(buffer(frame), header.data(), header.size());
    lengths_[frame] = static_cast<std::uint16_t>(header.size());
    return frame;
  }
  Frame make_data(base::Bytes header, base::Bytes) { return make(header); }
  std::size_t transmit(std::span<Frame> frames) {
    sent_.insert(sent_.end(), frames.begin(), frames.end());
    return frames.size();
  }
  void release(Frame frame) { free_.push_back(frame); }

 private:
  struct Machine {
    wire::Link link;
    wire::UdpFlow flow;
    std::uint16_t next = 1;  // block
    std::uint16_t last = 0;  // of the window
    std::uint16_t window = 1;
  };

  std::uint8_t* buffer(Frame frame) { return buffers_.data() + frame * kBufferBytes; }
  Frame take() {
    CHECK(!free_.empty());
    const Frame frame = free_.front();
    free_.pop_front();
    return frame;
  }
  void hear(base::Bytes frame);
  void hear_dhcp(const wire::Frame& frame, base::Bytes message);
  void hear_tftp(const wire::Frame& frame, const wire::UdpDatagram& datagram);
  void send(const wire::Link& link, const wire::UdpFlow& flow, base::Bytes payload);
  void send_block(Machine& machine);

  static constexpr wire::Ipv4Address kAddress{0x0a000001};
  static std::uint32_t index_of(wire::Ipv4Address address) { return address.host() - 0x0a010000; }

  worker::PortTraits traits_{.mac = {{2, 0, 0, 0, 0, 1}}};
  std::vector<std::uint8_t> buffers_ = std::vector<std::uint8_t>((kBuffers + 1) * kBufferBytes);
  std::array<std::uint16_t, kBuffers + 1> lengths_{};
  std::deque<Frame> free_;  // the oldest first, as a ring of descriptors has it
  std::deque<Frame> arriving_;
  std::vector<Frame> sent_;
  std::vector<Machine> machines_;
  std::deque<std::uint32_t> sending_;  // machines whose window is open
};

static_assert(worker::PortQueue<LoopServer>);

}  // namespace stentor::perf
