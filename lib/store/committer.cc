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

bool Committer::stop() {
  stopping_.store(true);
  if (thread_.joinable()) thread_.join();
  return ended_well_;
}

void Committer::run() {
  Pause pause;
  while (!stopping_.load()) {
    if (cycle_.step(ClockPair::now())) {
      pause.reset();
    } else {
      std::this_thread::sleep_for(pause.next());
    }
  }
  ended_well_ = cycle_.finish(ClockPair::now());
}

}  // namespace stentor::store
