// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A worker's end of its lane of sightings: what it saw clients do, for whoever follows them. One
// that finds no room is counted and lost; nothing waits.

#include "sighting/lane.h"
#include "wire/drop_reason.h"
#include "worker/counters.h"

namespace stentor::worker {

class Sightings {
 public:
  // `counters` outlive it.
  explicit Sightings(Counters& counters) : counters_(counters) {}

  // Of DHCP; `nothing` is not noted.
  void note(const sighting::Glimpse& glimpse, base::Time now) {
    if (glimpse.seen == sighting::Seen::nothing) return;
    sighting::Sighting* const slot = claim();
    if (slot == nullptr) return;
    slot->at = now;
    slot->glimpse = glimpse;
    lane_.publish();
  }
  // Its answer was made, and dropped.
  void note_unanswered(sighting::Glimpse glimpse, wire::DropReason reason, base::Time now) {
    if (glimpse.seen == sighting::Seen::nothing) return;
    glimpse.seen = sighting::Seen::unanswered;
    glimpse.reason = static_cast<std::uint16_t>(reason);
    note(glimpse, now);
  }

  // The slot of one of TFTP, to be filled and then published; null: it is lost.
  [[nodiscard]] sighting::Sighting* claim() {
    sighting::Sighting* const slot = lane_.claim();
    if (slot == nullptr) [[unlikely]]
      counters_.sightings_lost.add();
    return slot;
  }
  void publish() { lane_.publish(); }
  // For who must not lose the next one.
  [[nodiscard]] bool has_room() { return lane_.has_room(); }

  // For the one thread that reads it.
  [[nodiscard]] sighting::Lane& lane() { return lane_; }

 private:
  Counters& counters_;
  sighting::Lane lane_;
};

}  // namespace stentor::worker
