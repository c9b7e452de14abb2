// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The receive side of a device that spreads flows over its queues by the Toeplitz hash: a frame
// that clients of one queue's thread send comes in by the queue that the hash names, by a ring if
// that is another thread's.
//
// Threads: one a queue, which alone sends as `from` and takes as `to`.

#include <array>
#include <bit>
#include <memory>
#include <vector>

#include "base/check.h"
#include "base/ring.h"
#include "wire/flow_spread.h"
#include "wire/frame.h"

namespace stentor::perf {

class SpreadingDevice {
 public:
  // `frames_max`: of one thread's clients, under way at a time.
  SpreadingDevice(std::uint16_t queues, std::size_t frames_max)
      : queues_(queues), spread_(key(), redirection(queues)) {
    for (std::size_t i = 0; i < std::size_t{queues} * queues; ++i) {
      slots_.emplace_back(std::bit_ceil(frames_max));
      rings_.push_back(std::make_unique<Ring>(slots_.back()));
    }
  }

  [[nodiscard]] const wire::FlowSpread& spread() const { return spread_; }

  // True: it goes to another queue's thread, by a ring. `frame` is UDP over IPv4, without tags.
  bool send(std::uint16_t from, const base::Bytes& frame) {
    const auto field = [&frame]<typename Number>(std::size_t at, Number) {
      return base::load_big_endian<Number>(frame.data() + wire::kEthernetHeaderBytes + at);
    };
    const wire::Ipv4Address source{field(12, std::uint32_t{})};
    const wire::Ipv4Address destination{field(16, std::uint32_t{})};
    const std::uint32_t rest = spread_.hash_of(source, destination, field(20, std::uint16_t{}));
    const std::uint16_t to = spread_.queue_of(rest, field(22, std::uint16_t{}));
    if (to == from) return false;
    CHECK(ring(from, to).push(&frame));
    return true;
  }

  // What other threads' clients sent to this queue.
  std::size_t take(std::uint16_t to, std::span<const base::Bytes*> frames) {
    std::size_t count = 0;
    for (std::uint16_t from = 0; from < queues_; ++from) {
      if (from != to) count += ring(from, to).pop(frames.subspan(count));
    }
    return count;
  }

 private:
  using Ring = base::Ring<const base::Bytes*>;

  static std::array<std::uint8_t, 40> key() {
    std::array<std::uint8_t, 40> key;
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(101 * i + 53);
    return key;
  }
  static std::vector<std::uint16_t> redirection(std::uint16_t queues) {
    std::vector<std::uint16_t> table;
    for (unsigned i = 0; i < 128; ++i) table.push_back(static_cast<std::uint16_t>(i % queues));
    return table;
  }
  Ring& ring(std::uint16_t from, std::uint16_t to) {
    return *rings_[std::size_t{from} * queues_ + to];
  }

  const std::uint16_t queues_;
  const wire::FlowSpread spread_;
  std::vector<std::vector<const base::Bytes*>> slots_;  // of the rings
  std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace stentor::perf
