// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How many addresses of each subnet are bound, offered, set aside, reserved and free: counted when
// somebody asks, in the lease table itself, so that workers count nothing and no reload can make it
// wrong. Private to the API, and of its thread.
//
// What is said is as old as kAgeMax at the most, or as kRestFactor times what the last count took,
// where that is longer: however often somebody asks, counting takes a twentieth of the thread's
// time, and of the bandwidth to the workers' records.

#include <string>
#include <vector>

#include "control/metrics.h"
#include "control/report.h"
#include "control/state_lock.h"

namespace stentor::control {

struct LeaseCount {
  using Census = lease::Table::Census;
  struct Row {
    wire::Ipv4Prefix subnet;
    Census census{};
  };

  std::vector<Row> rows;  // by address
  Census elsewhere{};     // held in no subnet that is configured any more
  [[nodiscard]] Census total() const;
};

class LeaseCounter {
 public:
  static constexpr base::Duration kAgeMax = std::chrono::seconds{1};
  static constexpr int kRestFactor = 20;

  LeaseCounter(const Report& report, StateLock& lock) : report_(report), lock_(lock) {}

  // Null: the control thread had no time for `patience`. Good until the next call.
  const LeaseCount* count(base::Duration patience);

 private:
  bool count_again(base::Time now, base::Duration patience);
  bool add_range(LeaseCount::Census& to, std::uint64_t first, std::uint64_t end, base::Time now,
                 base::Duration patience);

  const Report& report_;
  StateLock& lock_;
  LeaseCount count_;
  base::Time good_until_{};
};

// "10.20.0.0/16"
std::string text_of(const wire::Ipv4Prefix& subnet);
// A sample for each subnet and state.
std::vector<MetricFamily> metrics_of(const LeaseCount& count);

}  // namespace stentor::control
