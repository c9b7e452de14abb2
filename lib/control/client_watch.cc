// SPDX-License-Identifier: BSD-3-Clause
#include "control/client_watch.h"

#include <new>
#include <span>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

#include "base/signals_blocked.h"
#include "control/log.h"

namespace stentor::control {

namespace {

// Taken together, under one lock: who asks for a page waits for so many at the most.
constexpr std::size_t kBatch = 256;
// As the API's: a worker that shares a core comes first.
constexpr int kNiceness = 10;
// A worker dates what it saw by the begin of its loop, and tells it before the end. One of two
// workers must not be heard before the other, of a machine that went from one to the other.
constexpr base::Duration kSettling = std::chrono::milliseconds{5};

}  // namespace

ClientWatch::ClientWatch(const std::vector<sighting::Lane*>& lanes, BootSessionTable& sessions,
                         TransferList& transfers, EventLog& events, OnCompleted on_completed)
    : sessions_(sessions),
      transfers_(transfers),
      events_(events),
      on_completed_(std::move(on_completed)),
      batch_(kBatch) {
  for (sighting::Lane* const lane : lanes) {
    readers_.push_back({.lane = lane, .buffer = std::vector<sighting::Sighting>(kBatch)});
  }
  const base::SignalsBlocked blocked;
  thread_ = std::thread([this] { run(); });
}

ClientWatch::~ClientWatch() {
  {
    const std::lock_guard held(lock_);
    is_stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void ClientWatch::run() {
  // Of this thread alone (setpriority(2), "C library/kernel differences"). Refused, it goes on.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  std::unique_lock held(lock_);
  while (!is_stopping_) {
    held.unlock();
    const bool was_busy = look_with_memory(base::MonotonicClock::now() - kSettling);
    held.lock();
    wake_.wait_for(held, was_busy ? kPeriod : kIdlePeriod, [this] { return is_stopping_; });
  }
  // A look takes all that a lane can hold.
  static_cast<void>(look_with_memory(base::kNever));
}

// Who follows clients must not end the process that serves them.
bool ClientWatch::look_with_memory(base::Time until) {
  try {
    return look(until);
  } catch (const std::bad_alloc&) {
    if (!std::exchange(has_lost_, true)) {
      log_warning(
          "clients: there is too little memory to follow them all; some of what they do "
          "is not told");
    }
    return true;
  }
}

bool ClientWatch::LaneReader::has_next() {
  if (begin != end) return true;
  // A lane that is filled as fast as it is read must not keep the look from its end.
  if (taken >= sighting::Lane::kSlots) return false;
  begin = 0;
  end = lane->pop(buffer);
  taken += end;
  return end != 0;
}

// The oldest of all lanes that is old enough; null: there is none.
ClientWatch::LaneReader* ClientWatch::find_oldest(base::Time until) {
  LaneReader* oldest = nullptr;
  for (LaneReader& reader : readers_) {
    if (!reader.has_next() || reader.next().at > until) continue;
    if (oldest == nullptr || reader.next().at < oldest->next().at) oldest = &reader;
  }
  return oldest;
}

bool ClientWatch::look(base::Time until) {
  for (LaneReader& reader : readers_) reader.taken = 0;
  const base::Time now = base::MonotonicClock::now();
  transfers_.forget_untold(now);
  bool any = false;
  for (;;) {
    std::size_t count = 0;
    while (count < batch_.size()) {
      LaneReader* const oldest = find_oldest(until);
      if (oldest == nullptr) break;
      batch_[count++] = oldest->next();
      ++oldest->begin;
    }
    if (count == 0) return any;
    take(std::span(batch_).first(count), now);
    any = true;
  }
}

void ClientWatch::take(std::span<sighting::Sighting> seen, base::Time now) {
  sessions_.take(seen);  // which fills in what is known of the client
  transfers_.take(seen, now);
  const std::int64_t utc_ms = utc_milliseconds();
  std::vector<Event> events;
  for (const sighting::Sighting& each : seen) {
    if (auto event = event_of(each, utc_ms)) events.push_back(*std::move(event));
    if (each.glimpse.seen == sighting::Seen::completed && on_completed_) on_completed_(each);
  }
  events_.add(events);
}

}  // namespace stentor::control
