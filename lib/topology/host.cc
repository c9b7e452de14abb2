// SPDX-License-Identifier: BSD-3-Clause
#include "topology/host.h"

#include <algorithm>
#include <numa.h>
#include <sched.h>

namespace stentor::topology {

namespace {

// More than any kernel of Debian's is built for.
constexpr std::size_t kCoresMax = 8192;

int node_of(unsigned core, bool numa) {
  return numa ? std::max(numa_node_of_cpu(static_cast<int>(core)), 0) : 0;
}

}  // namespace

Host read_host() {
  Host host;
  cpu_set_t* allowed = CPU_ALLOC(kCoresMax);
  const std::size_t bytes = CPU_ALLOC_SIZE(kCoresMax);
  if (allowed == nullptr) return host;
  CPU_ZERO_S(bytes, allowed);
  const bool numa = numa_available() >= 0;
  if (sched_getaffinity(0, bytes, allowed) == 0) {
    for (unsigned core = 0; core < kCoresMax; ++core) {
      if (CPU_ISSET_S(core, bytes, allowed) != 0) host.cores.push_back({core, node_of(core, numa)});
    }
  }
  CPU_FREE(allowed);
  return host;
}

}  // namespace stentor::topology
