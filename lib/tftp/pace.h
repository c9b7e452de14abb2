// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How fast the blocks of one transfer may leave. A window that leaves in one burst through a fast
// port is lost in the first switch whose port to the client is slower and whose buffer is shallow;
// spread over the time that the client's link takes for it, it is not.
//
// The rate is fixed, or learned from what the network does with a window ("auto"): how long its
// last block took to be acknowledged, beyond the shortest round trip, is how long it stood in a
// queue. No queue to speak of: the network is not what limits, and the interval between blocks
// halves, until there is none. A queue: the blocks were drained in the time that sending took and
// the queue lasted, which is the network's own interval; a little less is used, so that the link is
// always busy, and faster again once it has become faster. Learned from windows without a resend;
// loss alone teaches nothing, for it may be noise. Not an attempt at congestion control: TFTP's
// window is that, and closes by itself.
//
// A client's first window leaves at a quarter of 1 Gb/s, by far the most usual port, unless it is a
// short one, which any switch holds: machines that begin at the same time behind the same port find
// room in its queue, and learn. With all of it ten of them lose 0.1 to 0.2 % of their blocks, with
// a quarter none; on a faster port four windows later there is no pace any more. In lock-step there
// is nothing to spread, and a fixed rate alone holds blocks back. If the first window after the
// interval was halved loses something, the halving is taken back: the queue that it may have made
// is where the resend would stand.

#include <cstdint>

#include "base/clock.h"

namespace stentor::tftp {

// `tftp.pace` of the configuration.
struct PaceRule {
  bool learns = true;
  // Bits a second on the wire, which the first window has a quarter of; or, where nothing is
  // learned, of all; 0: no pacing.
  std::uint64_t bits_per_second = 1'000'000'000;
};

class Pace {
 public:
  // A queue this short is not worth the worker's time: some ten blocks of a 1 Gb/s port.
  static constexpr std::uint32_t kQueueMinUs = 100;
  // A learner's windows of so many blocks leave at once, the first ones in any case: any switch
  // holds them, and a client or a worker that is late by some blocks looks like a slow link.
  static constexpr std::uint16_t kShortWindow = 16;
  // Unless they stand in a queue this long, five times as long as they alone make it at 1 Gb/s:
  // then many share it.
  static constexpr std::uint32_t kQueueMinOfShortUs = 1000;
  // So many may leave at once when other transfers' turns made the window late.
  static constexpr std::uint32_t kBurstBlocks = 4;
  // An interval this short is none: a worker's loop is longer.
  static constexpr std::uint32_t kIntervalMinNs = 256;

  // Of blocks of `blksize` bytes, in windows of `windowsize` blocks.
  Pace(const PaceRule& rule, std::uint16_t blksize, std::uint16_t windowsize, base::Time now);

  // When the next block may leave; `now` or before: at once.
  [[nodiscard]] base::Time due(base::Time now) const;
  void note_sent(base::Time now);
  // A window opens after a wait for its client: nothing is to be made up for.
  void begin_window(base::Time now);
  // A whole window of `blocks` that were sent once each is acknowledged: it left within `span_us`,
  // the last block's round trip was `queue_us` longer than the shortest one.
  void learn(std::uint32_t blocks, std::uint32_t span_us, std::uint32_t queue_us);

  // The first window at a rate that learn() has made faster lost something: half of it, as before.
  void take_back() {
    interval_ns_ = interval_ns_ < kIntervalMinNs ? kIntervalMinNs : interval_ns_ * 2;
  }

  [[nodiscard]] std::uint32_t interval_ns() const { return interval_ns_; }

 private:
  std::uint32_t interval_ns_;  // 0: none
  std::uint32_t due_;          // in ticks of 16 ns, of which 2^32 are 68 s
};

}  // namespace stentor::tftp
