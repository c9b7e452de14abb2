// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What has been measured while the kernel ran another thread is told from what has not.

#include <sys/resource.h>

#include "base/check.h"

namespace stentor::perf {

// How often the kernel has put another thread in this one's place so far.
inline long thread_switches() {
  rusage usage{};
  CHECK(::getrusage(RUSAGE_THREAD, &usage) == 0);
  return usage.ru_nvcsw + usage.ru_nivcsw;
}

}  // namespace stentor::perf
