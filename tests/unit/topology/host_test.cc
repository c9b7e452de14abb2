// SPDX-License-Identifier: BSD-3-Clause
// Goal: the machine that runs the test is read as the kernel has it.
#include "topology/host.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sched.h>

namespace stentor::topology {
namespace {

TEST(Host, HasTheCoresThatTheProcessMayUse) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  ASSERT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  const Host host = read_host();
  EXPECT_EQ(host.cores.size(), static_cast<std::size_t>(CPU_COUNT(&allowed)));
  for (const Core& core : host.cores) {
    EXPECT_TRUE(CPU_ISSET(core.id, &allowed) != 0);
    EXPECT_GE(core.node, 0);
  }
  EXPECT_TRUE(std::is_sorted(host.cores.begin(), host.cores.end(),
                             [](const Core& a, const Core& b) { return a.id < b.id; }));
}

TEST(Host, LeavesOutACoreThatTheProcessIsKeptFrom) {
  cpu_set_t before;
  CPU_ZERO(&before);
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  const unsigned first = read_host().cores.front().id;
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(first, &only);
  ASSERT_EQ(sched_setaffinity(0, sizeof only, &only), 0);
  const Host host = read_host();
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
  ASSERT_EQ(host.cores.size(), 1u);
  EXPECT_EQ(host.cores.front().id, first);
}

}  // namespace
}  // namespace stentor::topology
