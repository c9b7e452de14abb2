// SPDX-License-Identifier: BSD-3-Clause
#include "tftp/pace.h"

#include <algorithm>

#include "wire/data_header.h"

namespace stentor::tftp {
namespace {

// Around a block: preamble, headers, check sequence, gap.
constexpr std::uint64_t kWireBytesAround = 8 + wire::kEthernetHeaderBytes + wire::kIpv4HeaderBytes +
                                           wire::kUdpHeaderBytes + wire::kTftpDataHeaderBytes + 4 +
                                           12;
constexpr std::uint64_t kBitsPerByte = 8;
constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
// In percent. What is less than all of it is the queue by which the next window sees that the
// network is still the limit, and must be longer than kQueueMinUs where that is worth seeing.
constexpr std::uint64_t kShareOfDrained = 85;
constexpr std::uint32_t kIntervalMaxNs = 100'000'000;
// A learner begins with this part of the rate.
constexpr std::uint64_t kFirstPart = 4;

constexpr unsigned kTickBits = 4;  // of 16 ns
// A due time further ahead is an old one, seen after the clock of ticks came round.
constexpr std::int32_t kAheadMax = (2 * kIntervalMaxNs) >> kTickBits;

std::uint32_t ticks_of(base::Time time) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.time_since_epoch().count()) >>
                                    kTickBits);
}

std::uint32_t limited(std::uint64_t interval_ns) {
  if (interval_ns < Pace::kIntervalMinNs) return 0;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(interval_ns, kIntervalMaxNs));
}

bool leaves_at_once(const PaceRule& rule, std::uint16_t windowsize) {
  return rule.bits_per_second == 0 || (rule.learns && windowsize <= Pace::kShortWindow);
}

}  // namespace

Pace::Pace(const PaceRule& rule, std::uint16_t blksize, std::uint16_t windowsize, base::Time now)
    : interval_ns_(leaves_at_once(rule, windowsize)
                       ? 0
                       : limited((blksize + kWireBytesAround) * kBitsPerByte *
                                 kNanosecondsPerSecond * (rule.learns ? kFirstPart : 1) /
                                 rule.bits_per_second)),
      due_(ticks_of(now)) {}

base::Time Pace::due(base::Time now) const {
  if (interval_ns_ == 0) return now;
  const auto ahead = static_cast<std::int32_t>(due_ - ticks_of(now));
  if (ahead <= 0 || ahead > kAheadMax) return now;
  return now + std::chrono::nanoseconds{std::int64_t{ahead} << kTickBits};
}

void Pace::note_sent(base::Time now) {
  if (interval_ns_ == 0) return;
  const std::uint32_t interval = interval_ns_ >> kTickBits;
  const std::uint32_t present = ticks_of(now);
  const auto late = static_cast<std::int32_t>(present - due_);
  // What it was late for, it may make up for, but for no more than a turn of blocks at once.
  const std::uint32_t credit = (kBurstBlocks - 1) * interval;
  const bool is_old = late < -kAheadMax || late > static_cast<std::int32_t>(credit);
  due_ = (is_old ? present - credit : due_) + interval;
}

void Pace::begin_window(base::Time now) {
  if (due(now) == now) due_ = ticks_of(now);
}

void Pace::learn(std::uint32_t blocks, std::uint32_t span_us, std::uint32_t queue_us) {
  // Of a window of some milliseconds a sixteenth: clients do not answer to the microsecond.
  const std::uint32_t least = blocks <= kShortWindow ? kQueueMinOfShortUs : kQueueMinUs;
  if (queue_us <= std::max(least, span_us / 16)) {
    interval_ns_ = limited(interval_ns_ / 2);
    return;
  }
  const std::uint64_t drained_ns = (std::uint64_t{span_us} + queue_us) * 1000 / blocks;
  const std::uint64_t wanted = drained_ns * kShareOfDrained / 100;
  // One window that a busy client was late to acknowledge does not make the next ones slow.
  interval_ns_ =
      limited(interval_ns_ == 0 ? wanted
                                : std::min<std::uint64_t>(wanted, std::uint64_t{interval_ns_} * 2));
}

}  // namespace stentor::tftp
