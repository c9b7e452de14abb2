// SPDX-License-Identifier: BSD-3-Clause
#include "lease/lifetime.h"
#include "lease/pool.h"
#include "lease/table.h"

// An address of a pool becomes one machine's alone while workers give addresses out, and a pool's
// again.
//
// Who reads the mark before it is set may still give the address away: then its holder has it, as
// if it had come first. From then on the address drops out of the ring where it is met, and nobody
// puts it back (enqueue()). When the mark goes, whoever makes the address free afterwards puts it
// back, and what was free before, or has an expiry that nobody noted, is seen here: the word is
// read after the mark is gone, and each worker reads the mark after its swap of the word. (All
// sequentially consistent.)

namespace stentor::lease {

bool Table::reserve(wire::Ipv4Address address) {
  const auto slot = plan_.slot_of(address);
  if (!slot) return false;
  records_[*slot].place.fetch_or(Place::kReserved);
  return true;
}

void Table::unreserve(wire::Ipv4Address address) {
  const auto slot = plan_.slot_of(address);
  if (!slot) return;
  Record& record = records_[*slot];
  record.place.fetch_and(~Place::kReserved);
  const Spot spot = find_spot(*slot);
  if (spot.pool == nullptr) return;
  const Word word = record.load();
  if (has_expiry(word.phase())) spot.pool->expiries.lower(spot.index, word.expiry());
  const Place place{record.place.load()};
  const bool is_out = place.generation() == generation_ && place.queued(generation_) == Queued::out;
  if (is_out && word.phase() == Phase::idle) enqueue(*slot);
}

bool Table::is_reserved(wire::Ipv4Address address) const {
  const auto slot = plan_.slot_of(address);
  return slot && records_[*slot].is_reserved();
}

}  // namespace stentor::lease
