// SPDX-License-Identifier: BSD-3-Clause
#include "lease/plan.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::lease {

std::optional<Slot> Plan::slot_of(wire::Ipv4Address address) const {
  const auto after = std::ranges::upper_bound(runs_, address.host(), {}, &Run::first);
  if (after == runs_.begin()) return std::nullopt;
  const Run& run = *(after - 1);
  if (address.host() > run.last) return std::nullopt;
  return run.slot + (address.host() - run.first);
}

const Plan::Run* Plan::find_run(Slot slot) const {
  const std::vector<Run>& runs = by_slot_.empty() ? runs_ : by_slot_;
  const auto after = std::ranges::upper_bound(runs, slot, {}, &Run::slot);
  if (after == runs.begin()) return nullptr;
  const Run& run = *(after - 1);
  return slot - run.slot <= run.last - run.first ? &run : nullptr;
}

wire::Ipv4Address Plan::address_of(Slot slot) const {
  const Run* run = find_run(slot);
  CHECK(run != nullptr);
  return wire::Ipv4Address{run->first + (slot - run->slot)};
}

bool Plan::is_whole(PoolId pool) const {
  const Interval& interval = pools_[pool];
  const Run* run = find_run(interval.first);
  return run != nullptr && run->last - run->first + 1 == interval.count;
}

Slot Plan::slot_in(PoolId pool, std::uint32_t index) const {
  const auto slot = slot_of(wire::Ipv4Address{first_addresses_[pool] + index});
  CHECK(slot);
  return *slot;
}

PoolId Plan::pool_of(Slot slot) const {
  return std::ranges::binary_search(reserved_, slot) ? kNoPool : range_of(slot);
}

}  // namespace stentor::lease
