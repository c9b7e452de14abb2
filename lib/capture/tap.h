// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A worker's end of a capture, and the reader's. While it is off it costs the worker a load a loop
// and a test of its own cache a frame; while it is on, a copy of each frame that the filter wants,
// into a ring of fixed size. A frame that finds the ring full is lost to the capture, and counted:
// nothing waits.
//
// Threads: each function is the worker's or the reader's, as it says. Before the first start()
// there is no ring, and from then on it stays.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/counter.h"
#include "capture/filter.h"
#include "wire/drop_reason.h"

namespace stentor::capture {

enum class Direction : std::uint8_t { received, sent };

// What the ring holds of a frame, before its bytes.
struct Record {
  base::Time at{};
  std::uint32_t frame_bytes = 0;
  std::uint32_t kept_bytes = 0;
  std::uint16_t port = 0;
  Direction direction = Direction::received;
  bool is_dropped = false;
  wire::DropReason reason{};  // of one that was dropped
  std::uint64_t lost = 0;     // of this worker's frames, to captures, before this one
};

class Tap {
 public:
  // 3.4 ms of what one worker sends at 10 Gb/s, 2,700 whole frames; it is emptied each 2 ms.
  static constexpr std::size_t kRingBytes = std::size_t{4} << 20;

  // Both outlive it.
  Tap(base::Counter& captured, base::Counter& lost) : captured_(captured), lost_(lost) {}
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  // Worker.
  void begin_loop(base::Time now) {
    // Acquire pairs with the release in start() and stop(): the filter is written.
    const std::uint32_t wanted = wanted_.load(std::memory_order_acquire);
    if (wanted != taken_in_) [[unlikely]]
      take(wanted);
    if (is_on_) [[unlikely]]
      now_ = now;
  }
  [[nodiscard]] bool is_on() const { return is_on_; }
  // While it is on. `reason`: it was dropped. Of a frame that is sent `payload` follows `head`,
  // which has all its headers.
  void note_received(std::uint16_t port, base::Bytes frame, std::optional<wire::DropReason> reason);
  void note_sent(std::uint16_t port, base::Bytes head, base::Bytes payload,
                 std::optional<wire::DropReason> reason);

  // Reader: one thread. From its next loop on the worker notes what `filter` wants. False: it has
  // not come round since the last stop() yet; ask again. Throws std::bad_alloc, the first time.
  [[nodiscard]] bool start(const Filter& filter);
  void stop();
  // Reader. Calls visit(const Record&, base::Bytes kept) for each frame that is there, oldest
  // first, until it is false.
  template <typename Visit>
  void drain(Visit&& visit) {
    std::size_t head = head_.load(std::memory_order_relaxed);
    // Acquire pairs with the release in push(): the records up to there are written.
    const std::size_t tail = tail_.load(std::memory_order_acquire);
    while (head != tail) {
      const Record& record = record_at(head);
      if (record.kept_bytes != kFiller && !visit(record, bytes_of(record))) break;
      head += size_of(record, head);
    }
    // Release pairs with the acquire in push(): the reader is done with them.
    head_.store(head, std::memory_order_release);
  }
  // Reader, or whoever reads counters.
  [[nodiscard]] std::uint64_t lost() const { return lost_.value(); }

 private:
  // Records begin at multiples of this, so that one always fits before the end of the ring.
  static constexpr std::size_t kUnit = 32;
  static_assert(sizeof(Record) <= kUnit);
  // In place of kept_bytes: what follows, up to the end of the ring, is nothing.
  static constexpr std::uint32_t kFiller = UINT32_MAX;

  void take(std::uint32_t wanted);
  void note(Record record, base::Bytes head, base::Bytes payload,
            std::optional<wire::DropReason> reason);
  void push(Record record, base::Bytes head, base::Bytes payload);
  [[nodiscard]] const Record& record_at(std::size_t at) const;
  [[nodiscard]] static base::Bytes bytes_of(const Record& record);
  [[nodiscard]] static std::size_t size_of(const Record& record, std::size_t at);

  base::Counter& captured_;
  base::Counter& lost_;
  // The worker's.
  bool is_on_ = false;
  std::uint32_t taken_in_ = 0;  // as taken_, in the worker's own line
  base::Time now_{};
  std::size_t head_seen_ = 0;  // head_, when it last looked
  // Odd: on. Written by the reader; the worker takes it over with its next loop.
  alignas(64) std::atomic<std::uint32_t> wanted_{0};
  // Written by the reader while wanted_ and taken_ are the same even number, when the worker does
  // not look at it.
  Filter filter_;
  std::vector<std::byte> ring_;  // written once at the first start(), for its pages to be there
  alignas(64) std::atomic<std::size_t> head_{0};  // written by the reader, read by both
  alignas(64) std::atomic<std::size_t> tail_{0};  // written by the worker, read by both
  std::atomic<std::uint32_t> taken_{0};           // likewise: the wanted_ that it goes by
};

}  // namespace stentor::capture
