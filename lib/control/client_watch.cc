// SPDX-License-Identifier: BSD-3-Clause
#include "control/client_watch.h"

#include <span>

#include "base/signals_blocked.h"

namespace stentor::control {

namespace {

// Taken together, under one lock: who asks for a page waits for so many at the most.
constexpr std::size_t kBatch = 256;

}  // namespace

ClientWatch::ClientWatch(std::vector<sighting::Lane*> lanes, BootSessionTable& sessions,
                         EventLog& events)
    : lanes_(std::move(lanes)), sessions_(sessions), events_(events), batch_(kBatch) {
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
  std::unique_lock held(lock_);
  while (!is_stopping_) {
    held.unlock();
    const bool was_busy = look();
    held.lock();
    wake_.wait_for(held, was_busy ? kPeriod : kIdlePeriod, [this] { return is_stopping_; });
  }
}

bool ClientWatch::look() {
  bool any = false;
  for (sighting::Lane* const lane : lanes_) {
    // A lane that is filled as fast as it is read must not keep the others from their turn.
    for (std::size_t taken = 0; taken < sighting::Lane::kSlots;) {
      const std::size_t count = lane->pop(batch_);
      if (count == 0) break;
      take(std::span(batch_).first(count));
      taken += count;
      any = true;
    }
  }
  return any;
}

void ClientWatch::take(std::span<sighting::Sighting> seen) {
  sessions_.take(seen);
  const std::int64_t utc_ms = utc_milliseconds();
  std::vector<Event> events;
  for (const sighting::Sighting& each : seen) {
    if (auto event = event_of(each, utc_ms)) events.push_back(*std::move(event));
  }
  events_.add(events);
}

}  // namespace stentor::control
