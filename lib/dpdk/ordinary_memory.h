// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the kernel says of memory in ordinary pages. Read at start, on the control thread.

#include <cstdint>
#include <string>

namespace stentor::dpdk {

// As much as this process may still take without swapping: what the host has to spare, and the
// limit on its address space, if it has one. UINT64_MAX when the kernel does not say.
// `root`: where procfs is mounted.
[[nodiscard]] std::uint64_t available_memory(const std::string& root = "/proc");

// Why `bytes_needed` cannot be had, and what helps; empty when they can. `holders`: who wants them,
// images among them; empty: nobody whom the operator could ask for less.
[[nodiscard]] std::string memory_shortage(std::uint64_t bytes_available, std::uint64_t bytes_needed,
                                          const std::string& holders);

}  // namespace stentor::dpdk
