// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A network port in memory: queues that satisfy worker::PortQueue over one pool of buffers. Frames
// are put in and taken out by the test or the simulator. It counts its buffers, so that a leak is a
// failed test, and can be told to behave like devices that try the worker's patience: few buffers,
// a transmit queue that takes little or nothing. One thread.

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/check.h"
#include "support/frame_builder.h"
#include "wire/checksum.h"
#include "worker/port.h"

namespace stentor::support {

class FakePort {
 public:
  struct Frame {
    std::uint32_t id = 0;
    friend bool operator==(const Frame&, const Frame&) = default;
  };
  class Queue;

  FakePort(wire::MacAddress mac, std::size_t queues, std::size_t buffers = 4096);

  Queue& queue(std::size_t index);
  [[nodiscard]] std::size_t queues() const;
  [[nodiscard]] std::size_t buffers_in_use() const { return buffers_.size() - 1 - free_.size(); }
  worker::PortTraits& traits() { return traits_; }
  // What the port sent on any queue, oldest first.
  std::optional<ByteVector> take();

 private:
  ByteVector& buffer(Frame frame) {
    CHECK(frame.id != 0 && buffers_[frame.id].has_value());
    return *buffers_[frame.id];
  }

  Frame hold(ByteVector bytes) {
    if (free_.empty()) return {};
    const Frame frame{free_.front()};
    free_.pop_front();
    buffers_[frame.id] = std::move(bytes);
    return frame;
  }

  void release(Frame frame) {
    buffer(frame);
    buffers_[frame.id].reset();
    free_.push_back(frame.id);
  }

  worker::PortTraits traits_;
  std::vector<std::optional<ByteVector>> buffers_;  // by id; 0 is no frame
  std::deque<std::uint32_t> free_;
  std::deque<ByteVector> sent_;
  std::vector<Queue> queues_;
};

class FakePort::Queue {
 public:
  using Frame = FakePort::Frame;

  explicit Queue(FakePort& port) : port_(&port) {}

  // The test's side.
  void put(ByteVector frame) { arriving_.push_back(std::move(frame)); }
  // Of these, how many have not been received.
  [[nodiscard]] std::size_t arriving() const { return arriving_.size(); }
  // Frames that transmit() takes at most a call.
  void set_transmit_max(std::size_t frames) { transmit_max_ = frames; }
  // The longest frame that make_data() has a buffer for.
  void set_data_frame_bytes_max(std::size_t bytes) { data_frame_bytes_max_ = bytes; }
  // How often there was no buffer for a frame with a block.
  [[nodiscard]] std::uint64_t data_frames_refused() const { return data_frames_refused_; }
  // Frames that were made of a header and a reference to image bytes.
  [[nodiscard]] std::uint64_t data_frames() const { return data_frames_; }

  // The worker's side.
  [[nodiscard]] const worker::PortTraits& traits() const { return port_->traits_; }

  std::size_t receive(std::span<Frame> frames) {
    std::size_t count = 0;
    while (count < frames.size() && !arriving_.empty() && !port_->free_.empty()) {
      frames[count++] = port_->hold(std::move(arriving_.front()));
      arriving_.pop_front();
    }
    return count;
  }

  base::Bytes bytes(Frame frame) { return port_->buffer(frame); }
  wire::ReceiveChecksums checksums(Frame) { return {}; }
  Frame make(base::Bytes header) { return port_->hold({header.begin(), header.end()}); }

  template <worker::DataSource Source>
  Frame make_data(const Source& data) {
    ByteVector header(wire::kDataHeaderBytesMax);
    data.write_header(header.data());
    header.resize(data.header_bytes());
    const base::Bytes payload = data.payload();
    const bool fits = header.size() + payload.size() <= data_frame_bytes_max_;
    const Frame frame = fits ? make(header) : Frame{};
    if (frame == Frame{}) {
      ++data_frames_refused_;
      return frame;
    }
    append(port_->buffer(frame), payload);
    if (port_->traits_.udp_checksum_offload) complete_checksum(port_->buffer(frame));
    ++data_frames_;
    return frame;
  }

  std::size_t transmit(std::span<Frame> frames) {
    const std::size_t count = std::min(frames.size(), transmit_max_);
    for (const Frame frame : frames.first(count)) {
      port_->sent_.push_back(std::move(port_->buffer(frame)));
      release(frame);
    }
    return count;
  }

  void release(Frame frame) { port_->release(frame); }

 private:
  // As a device does: the field holds the pseudo-header's sum, and it adds the datagram's.
  static void complete_checksum(ByteVector& frame) {
    std::size_t at = 12;
    while (base::load_big_endian<std::uint16_t>(&frame[at]) != kEtherTypeIpv4) at += 4;
    const std::size_t udp = at + 2 + wire::kIpv4HeaderBytes;
    const auto bytes = base::load_big_endian<std::uint16_t>(&frame[udp + 4]);
    const wire::Sum sum = wire::sum_of(base::Bytes(frame).subspan(udp, bytes));
    base::store_big_endian(&frame[udp + 6], wire::udp_checksum(sum));
  }

  FakePort* port_;
  std::deque<ByteVector> arriving_;
  std::size_t transmit_max_ = SIZE_MAX;
  std::size_t data_frame_bytes_max_ = SIZE_MAX;
  std::uint64_t data_frames_ = 0;
  std::uint64_t data_frames_refused_ = 0;
};

// Here, where Queue is complete: clang's std::vector needs that.
inline FakePort::Queue& FakePort::queue(std::size_t index) { return queues_[index]; }
inline std::size_t FakePort::queues() const { return queues_.size(); }

static_assert(worker::PortQueue<FakePort::Queue>);

inline FakePort::FakePort(wire::MacAddress mac, std::size_t queues, std::size_t buffers)
    : buffers_(buffers + 1) {
  traits_.mac = mac;
  for (std::uint32_t id = 1; id < buffers_.size(); ++id) free_.push_back(id);
  for (std::size_t i = 0; i < queues; ++i) queues_.emplace_back(*this);
}

inline std::optional<ByteVector> FakePort::take() {
  if (sent_.empty()) return std::nullopt;
  ByteVector frame = std::move(sent_.front());
  sent_.pop_front();
  return frame;
}

}  // namespace stentor::support
