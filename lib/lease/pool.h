// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the table keeps about one pool, beside the records. Private to lib/lease.

#include <atomic>
#include <cstdint>

#include "lease/expiry_tree.h"
#include "lease/free_ring.h"
#include "lease/plan.h"

namespace stentor::lease {

struct Pool {
  Pool(PoolId pool_id, Plan::Interval pool_interval, bool is_one_interval,
       std::span<std::atomic<std::uint64_t>> cells, FreeRing::Fill fill,
       std::span<std::atomic<std::uint64_t>> hints)
      : interval(pool_interval),
        id(pool_id),
        is_whole(is_one_interval),
        declined_max(pool_interval.count < 20 ? 1 : pool_interval.count / 10),
        ring(cells, fill),
        expiries(hints, pool_interval.count) {}

  const Plan::Interval interval;
  const PoolId id;
  const bool is_whole;               // its slots are the interval's; else the plan knows them
  const std::uint32_t declined_max;  // a tenth, at least one
  FreeRing ring;
  ExpiryTree expiries;
  // Addresses in quarantine; read and written by any worker.
  alignas(64) std::atomic<std::uint32_t> declined{0};
};

}  // namespace stentor::lease
