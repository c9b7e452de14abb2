// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the kernel says of memory in ordinary pages. Read at start, on the control thread.

#include <cstdint>
#include <string>

namespace stentor::dpdk {

// As much as this process may still take without swapping: the least of what the host has to spare,
// what the control groups that it is in may still use (cgroups(7), both versions), and the limit on
// its address space. UINT64_MAX when the kernel says none of them.
// `root`: where procfs is mounted. `promised`: of what is mapped already, and so counts in the
// address space, how much will only be filled before the answer is used.
[[nodiscard]] std::uint64_t available_memory(const std::string& root = "/proc",
                                             std::uint64_t promised = 0);

// Why `bytes_needed` cannot be had, and what helps; empty when they can. `holders`: who wants them,
// images among them; empty: nobody whom the operator could ask for less.
[[nodiscard]] std::string memory_shortage(std::uint64_t bytes_available, std::uint64_t bytes_needed,
                                          const std::string& holders);

}  // namespace stentor::dpdk
