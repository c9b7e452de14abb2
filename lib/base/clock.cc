// SPDX-License-Identifier: BSD-3-Clause
#include "base/clock.h"

#include <ctime>

namespace stentor::base {

MonotonicClock::time_point MonotonicClock::now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // vDSO: no system call on any host that DPDK supports
  return time_point{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

}  // namespace stentor::base
