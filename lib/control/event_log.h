// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The newest events, for streams that follow them and for whoever looks back. There is one copy of
// each, whoever reads: a stream knows how far it has come, and one that is slower than events come
// finds the oldest gone and learns how many of those it wanted are lost. So nobody is waited for,
// and memory is bounded however many read.
//
// Threads: any adds, the API's reads; a lock is between them.

#include <array>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"
#include "control/event.h"
#include "control/metrics.h"

namespace stentor::control {

class EventLog {
 public:
  // At 20,000 machines a second, which have 12 events each, a fifteenth of a second; of 8 MiB at
  // the most, with the longest names of files.
  static constexpr std::size_t kHistory = 16'384;
  static constexpr std::size_t kStreamsMax = 16;  // DESIGN section 9

  explicit EventLog(std::size_t history = kHistory);

  // Each gets its number.
  void add(std::span<Event> events);
  void add(Event event) { add({&event, 1}); }

  // How far a reader has come: all events below `next` are behind it, so many of each type.
  struct Cursor {
    std::uint64_t next = 1;
    std::array<std::uint64_t, kEventTypes> passed{};
    std::uint64_t missed = 0;  // between where it wanted to begin and `next`, of any type
  };
  // Before the first event after `id`, of those that are left. An id that no event has yet is of
  // another process, whose reader has seen nothing of this one's: before the first of all.
  [[nodiscard]] Cursor after(std::uint64_t id) const;
  [[nodiscard]] Cursor newest() const;

  struct Taken {
    std::vector<Event> events;
    // Before these, of the types that are wanted; of all types, where the cursor began too late.
    std::uint64_t lost = 0;
    bool has_more = false;
  };
  // The next events of the wanted types, `max` at the most; moves the cursor behind them.
  Taken take(Cursor& cursor, EventTypes wanted, std::size_t max);

  // A stream begins; false: there are as many as there may be.
  bool open_stream();
  void close_stream();
  [[nodiscard]] std::size_t streams() const;
  [[nodiscard]] std::uint64_t lost() const;  // by all readers
  // Readable once there are events that a stream may want; whoever waits reads it empty.
  [[nodiscard]] int news() const { return news_.number(); }

 private:
  [[nodiscard]] std::uint64_t first_id() const { return last_id_ + 1 - events_.size(); }
  [[nodiscard]] Cursor cursor_before(std::uint64_t id) const;

  const std::size_t history_;
  const base::Descriptor news_;  // an eventfd; none: streams are woken by their own clock
  mutable std::mutex lock_;
  // All below: under lock_.
  std::deque<Event> events_;  // with numbers in a row, up to last_id_
  std::uint64_t last_id_ = 0;
  std::array<std::uint64_t, kEventTypes> gone_{};  // that were before events_
  std::size_t streams_ = 0;
  std::uint64_t lost_ = 0;
};

std::vector<MetricFamily> metrics_of(const EventLog& events);

}  // namespace stentor::control
