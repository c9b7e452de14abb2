// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the kernel says of hugepages. Read at start, on the control thread.

#include <cstdint>
#include <string>

namespace stentor::dpdk {

struct Hugepages {
  std::uint64_t page_bytes = 2u << 20;  // the smallest size that has any; the usual one if none has
  std::uint64_t free_bytes = 0;         // over all sizes and NUMA nodes
  std::uint64_t reserved_bytes = 0;     // free or in use
};

// `root`: where sysfs is mounted.
[[nodiscard]] Hugepages read_hugepages(const std::string& root = "/sys");

// Why `bytes_needed` cannot be had, with the command that helps; empty when they can. `holders`:
// who wants them.
[[nodiscard]] std::string hugepage_shortage(const Hugepages& have, std::uint64_t bytes_needed,
                                            const std::string& holders = {});

}  // namespace stentor::dpdk
