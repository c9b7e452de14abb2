// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Time in memory is monotonic, on disk it is UTC in whole seconds: one reading of both clocks turns
// one into the other. Taken once a batch and handed in, so a step of the wall clock moves no lease
// within a batch, and tests have clocks of their own.

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace stentor::store {

using UtcSecond = std::int64_t;  // since 1970
using UtcTime = std::chrono::sys_time<base::Duration>;

struct ClockPair {
  base::Time monotonic;
  UtcTime utc;

  static ClockPair now();

  [[nodiscard]] UtcSecond second() const;
  // Rounded up: what is read back is never earlier than what was promised. nullopt: never.
  [[nodiscard]] std::optional<UtcSecond> second_of(base::Time time) const;
  // The past too, which may be before the machine's start. What is centuries away is never.
  [[nodiscard]] base::Time time_of(std::optional<UtcSecond> second) const;
};

}  // namespace stentor::store
