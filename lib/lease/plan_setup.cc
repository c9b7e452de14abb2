// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "base/check.h"
#include "lease/plan.h"

namespace stentor::lease {

Plan::Plan(std::span<const PoolRange> pools, std::span<const wire::Ipv4Address> reserved)
    : pools_(pools.size()) {
  CHECK(pools.size() < kNoPool);
  for (std::size_t i = 0; i < pools.size(); ++i) {
    CHECK(pools[i].first <= pools[i].last);
    runs_.push_back({pools[i].first.host(), pools[i].last.host(), 0, static_cast<PoolId>(i)});
    first_addresses_.push_back(pools[i].first.host());
  }
  std::ranges::sort(runs_, {}, &Run::first);
  for (std::size_t i = 1; i < runs_.size(); ++i) CHECK(runs_[i - 1].last < runs_[i].first);

  std::vector<std::uint32_t> hosts;
  for (const wire::Ipv4Address address : reserved) hosts.push_back(address.host());
  std::ranges::sort(hosts);
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());

  add_outside(hosts);
  number_slots();
  for (const std::uint32_t host : hosts) reserved_.push_back(*slot_of(wire::Ipv4Address{host}));
}

Plan::Plan(const Plan& plan, std::vector<Run> placed)
    : runs_(std::move(placed)), pools_(plan.pools_), first_addresses_(plan.first_addresses_) {
  for (Run& run : runs_) {
    const auto after = std::ranges::upper_bound(plan.runs_, run.first, {}, &Run::first);
    const bool is_configured = after != plan.runs_.begin() && run.first <= (after - 1)->last;
    run.pool = is_configured ? (after - 1)->pool : kNoPool;
    run.index = run.pool == kNoPool ? 0 : run.first - (after - 1)->first;
    if (run.pool != kNoPool && run.index == 0) pools_[run.pool].first = run.slot;
    slots_ += std::size_t{run.last} - run.first + 1;
  }
  CHECK(slots_ >= plan.slots_);
  by_slot_ = runs_;
  std::ranges::sort(by_slot_, {}, &Run::slot);
  for (const Slot slot : plan.reserved_) reserved_.push_back(*slot_of(plan.address_of(slot)));
  std::ranges::sort(reserved_);
}

Plan Plan::with_reserved(std::span<const wire::Ipv4Address> more) const {
  std::vector<PoolRange> pools(pools_.size());
  for (const Run& run : runs_) {
    if (run.pool == kNoPool) continue;
    CHECK(run.index == 0);
    pools[run.pool] = {wire::Ipv4Address{run.first}, wire::Ipv4Address{run.last}};
  }
  std::vector<wire::Ipv4Address> reserved(more.begin(), more.end());
  for (const Slot slot : reserved_) reserved.push_back(address_of(slot));
  return {pools, reserved};
}

// Adds runs for the reserved addresses that lie in no pool. `runs_` holds the pools, sorted.
void Plan::add_outside(std::span<const std::uint32_t> reserved) {
  const std::size_t pool_runs = runs_.size();
  std::size_t next = 0;  // the first pool that ends at or after the address
  for (const std::uint32_t host : reserved) {
    while (next < pool_runs && runs_[next].last < host) ++next;
    if (next < pool_runs && runs_[next].first <= host) continue;
    if (runs_.size() > pool_runs && runs_.back().last + 1 == host) {
      runs_.back().last = host;
    } else {
      runs_.push_back({host, host, 0, kNoPool});
    }
  }
  std::ranges::sort(runs_, {}, &Run::first);
}

void Plan::number_slots() {
  for (Run& run : runs_) {
    const std::size_t count = std::size_t{run.last} - run.first + 1;
    CHECK(slots_ + count <= kSlotsMax);
    run.slot = static_cast<Slot>(slots_);
    if (run.pool != kNoPool) pools_[run.pool] = {run.slot, static_cast<std::uint32_t>(count)};
    slots_ += count;
  }
}

}  // namespace stentor::lease
