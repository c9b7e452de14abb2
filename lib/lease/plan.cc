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

const Plan::Run& Plan::run_of(Slot slot) const {
  CHECK(slot < slots_);
  return *(std::ranges::upper_bound(runs_, slot, {}, &Run::slot) - 1);
}

wire::Ipv4Address Plan::address_of(Slot slot) const {
  const Run& run = run_of(slot);
  return wire::Ipv4Address{run.first + (slot - run.slot)};
}

PoolId Plan::pool_of(Slot slot) const {
  return std::ranges::binary_search(reserved_, slot) ? kNoPool : range_of(slot);
}

}  // namespace stentor::lease
