// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A worker::PortQueue that costs next to nothing and allocates nothing: it hands out one frame at a
// time, and forgets what it is given but for the newest frame's header. For benchmarks, and for the
// test that traps allocation.

#include <algorithm>
#include <span>
#include <utility>

#include "support/frame_builder.h"
#include "worker/port.h"

namespace stentor::support {

class SinkQueue {
 public:
  using Frame = const ByteVector*;

  // The test's side. `frame` stays until the next poll has passed.
  void arrive(const ByteVector& frame) { arriving_ = &frame; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] const ByteVector& newest() const { return newest_; }

  // The worker's side.
  [[nodiscard]] const worker::PortTraits& traits() const { return traits_; }
  std::size_t receive(std::span<Frame> frames) {
    if (arriving_ == nullptr) return 0;
    frames[0] = std::exchange(arriving_, nullptr);
    return 1;
  }
  base::Bytes bytes(Frame frame) { return *frame; }
  wire::ReceiveChecksums checksums(Frame) { return {}; }
  Frame make(base::Bytes header) {
    std::ranges::copy(header, newest_.begin());
    return &newest_;
  }
  template <worker::DataSource Source>
  Frame make_data(const Source& data) {
    data.write_header(newest_.data());
    return &newest_;
  }
  std::size_t transmit(std::span<Frame> frames) {
    sent_ += frames.size();
    return frames.size();
  }
  void release(Frame) {}

 private:
  worker::PortTraits traits_{.mac = *wire::MacAddress::parse(kServerMac)};
  ByteVector newest_ = ByteVector(16'384);
  Frame arriving_ = nullptr;
  std::uint64_t sent_ = 0;
};

static_assert(worker::PortQueue<SinkQueue>);

}  // namespace stentor::support
