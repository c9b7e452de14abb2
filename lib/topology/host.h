// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The cores that this process may use, and the NUMA node of each. Read once at start, on the
// control thread, before any thread is pinned. Owns libnuma.

#include <vector>

namespace stentor::topology {

struct Core {
  unsigned id = 0;  // of the kernel: what sched_setaffinity takes
  int node = 0;     // NUMA node; 0 on a machine without NUMA

  friend bool operator==(const Core&, const Core&) = default;
};

struct Host {
  std::vector<Core> cores;  // online and allowed (sched_getaffinity), by ascending id
};

Host read_host();

}  // namespace stentor::topology
