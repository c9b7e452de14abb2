// SPDX-License-Identifier: BSD-3-Clause
#include "control/event_log.h"

#include <algorithm>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include "base/check.h"

namespace stentor::control {

namespace {

std::size_t index_of(EventType type) { return static_cast<std::size_t>(type); }

}  // namespace

EventLog::EventLog(std::size_t history)
    : history_(history), news_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  CHECK(history != 0);
}

void EventLog::add(std::span<Event> events) {
  if (events.empty()) return;
  bool has_readers = false;
  {
    const std::lock_guard held(lock_);
    for (Event& event : events) {
      if (events_.size() == history_) {
        ++gone_[index_of(events_.front().type)];
        events_.pop_front();
      }
      event.id = ++last_id_;
      events_.push_back(std::move(event));
    }
    has_readers = streams_ != 0;
  }
  const std::uint64_t one = 1;
  // It is full only if it has been readable for long.
  if (has_readers) static_cast<void>(::write(news_.number(), &one, sizeof one) == sizeof one);
}

EventLog::Cursor EventLog::cursor_before(std::uint64_t id) const {
  Cursor cursor{.next = std::clamp(id, first_id(), last_id_ + 1), .passed = gone_};
  for (std::uint64_t at = first_id(); at < cursor.next; ++at) {
    ++cursor.passed[index_of(events_[at - first_id()].type)];
  }
  return cursor;
}

EventLog::Cursor EventLog::after(std::uint64_t id) const {
  const std::lock_guard held(lock_);
  const std::uint64_t begin = id > last_id_ ? 1 : id + 1;
  Cursor cursor = cursor_before(begin);
  cursor.missed = cursor.next - begin;
  return cursor;
}

EventLog::Cursor EventLog::newest() const {
  const std::lock_guard held(lock_);
  return cursor_before(last_id_ + 1);
}

EventLog::Taken EventLog::take(Cursor& cursor, EventTypes wanted, std::size_t max) {
  const std::lock_guard held(lock_);
  Taken taken;
  const std::uint64_t first = first_id();
  if (cursor.next < first) {
    for (std::size_t type = 0; type < kEventTypes; ++type) {
      if ((wanted >> type & 1) != 0) taken.lost += gone_[type] - cursor.passed[type];
    }
    cursor = {.next = first, .passed = gone_, .missed = cursor.missed};
    lost_ += taken.lost;
  }
  taken.lost += std::exchange(cursor.missed, 0);
  for (; cursor.next <= last_id_ && taken.events.size() < max; ++cursor.next) {
    const Event& event = events_[cursor.next - first];
    ++cursor.passed[index_of(event.type)];
    if ((wanted & bit_of(event.type)) != 0) taken.events.push_back(event);
  }
  taken.has_more = cursor.next <= last_id_;
  return taken;
}

bool EventLog::open_stream() {
  const std::lock_guard held(lock_);
  if (streams_ == kStreamsMax) return false;
  ++streams_;
  return true;
}

void EventLog::close_stream() {
  const std::lock_guard held(lock_);
  CHECK(streams_ != 0);
  --streams_;
}

std::size_t EventLog::streams() const {
  const std::lock_guard held(lock_);
  return streams_;
}

std::uint64_t EventLog::lost() const {
  const std::lock_guard held(lock_);
  return lost_;
}

std::vector<MetricFamily> metrics_of(const EventLog& events) {
  return {{"stentor_event_streams",
           "Streams of events that are open.",
           MetricFamily::Kind::gauge,
           {{.value = static_cast<double>(events.streams())}}},
          {"stentor_events_lost_total",
           "Events that streams were too slow for.",
           MetricFamily::Kind::counter,
           {{.value = static_cast<double>(events.lost())}}}};
}

}  // namespace stentor::control
