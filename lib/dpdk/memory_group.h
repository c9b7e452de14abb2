// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the control groups of this process (cgroups(7)) let it take of memory: a container's or a
// service's limit, beyond which the kernel kills instead of refusing. Read at start, on the control
// thread.

#include <cstdint>
#include <string>

namespace stentor::dpdk {

// The least that is left under any limit from its own group up to the root, in both versions. Page
// cache that the kernel would give up is no loss. UINT64_MAX where there is no limit.
// `root`: where procfs is mounted.
[[nodiscard]] std::uint64_t memory_left_in_groups(const std::string& root);

}  // namespace stentor::dpdk
