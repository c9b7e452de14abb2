// SPDX-License-Identifier: BSD-3-Clause
#include "store/committer.h"

#include "base/signals_blocked.h"
#include "store/pause.h"

namespace stentor::store {

namespace {

CommitCycle::Lanes lanes_over(std::span<const std::span<lease::LeaseChange>> storage) {
  CommitCycle::Lanes lanes;
  for (const auto slots : storage) lanes.push_back(std::make_unique<Lane>(slots));
  return lanes;
}

}  // namespace

Committer::Committer(Database& database, Source source,
                     std::span<const std::span<lease::LeaseChange>> lanes, CommitOptions options)
    : lanes_(lanes_over(lanes)), cycle_(database, std::move(source), lanes_, options) {
  const base::SignalsBlocked blocked;
  thread_ = std::thread([this] { run(); });
}

Committer::~Committer() { stop(); }

base::Duration Committer::busy_for(base::Time now) const {
  const std::int64_t since = busy_since_.load();
  return since == 0 ? base::Duration::zero() : now.time_since_epoch() - base::Duration{since};
}

bool Committer::stop() {
  begin_stop();
  if (thread_.joinable()) thread_.join();
  return ended_well_;
}

void Committer::run() {
  Pause pause;
  while (!stopping_.load()) {
    const ClockPair clocks = ClockPair::now();
    busy_since_.store(clocks.monotonic.time_since_epoch().count());
    const bool worked = cycle_.step(clocks);
    busy_since_.store(0);
    if (worked) {
      pause.reset();
    } else {
      std::this_thread::sleep_for(pause.next());
    }
  }
  ended_well_ = cycle_.finish(ClockPair::now());
  has_ended_.store(true);
}

}  // namespace stentor::store
