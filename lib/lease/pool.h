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
  Pool(Plan::Interval pool_interval, std::span<std::atomic<std::uint64_t>> cells,
       std::span<std::atomic<std::uint64_t>> hints)
      : interval(pool_interval),
        declined_max(pool_interval.count < 20 ? 1 : pool_interval.count / 10),
        ring(cells),
        expiries(hints, pool_interval.count) {}

  const Plan::Interval interval;
  const std::uint32_t declined_max;  // a tenth, at least one
  FreeRing ring;
  ExpiryTree expiries;
  // Addresses in quarantine; read and written by any worker.
  alignas(64) std::atomic<std::uint32_t> declined{0};
};

}  // namespace stentor::lease
