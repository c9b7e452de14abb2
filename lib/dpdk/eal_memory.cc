// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/eal_memory.h"

#include <rte_eal.h>
#include <rte_malloc.h>
#include <rte_memory.h>

namespace stentor::dpdk {

EalMemory::EalMemory(int node)
    : node_(node < 0 ? SOCKET_ID_ANY : node), has_hugepages_(rte_eal_has_hugepages() != 0) {
  if (!has_hugepages_) {
    kind_ = "ordinary pages";
  } else {
    kind_ = node < 0 ? "hugepages" : "hugepages of node " + std::to_string(node);
  }
}

base::MutableBytes EalMemory::allocate(std::size_t bytes) {
  if (bytes == 0) return {};
  void* block = rte_malloc_socket("image", bytes, RTE_CACHE_LINE_SIZE, node_);
  // Far memory serves slowly; no memory does not serve.
  if (block == nullptr)
    block = rte_malloc_socket("image", bytes, RTE_CACHE_LINE_SIZE, SOCKET_ID_ANY);
  if (block == nullptr) return {};
  return {static_cast<std::uint8_t*>(block), bytes};
}

// Without hugepages the heap is as large as the start made it, for the files that there were: more
// of them is what has to change, and a new start counts again.
const char* EalMemory::remedy() const {
  if (has_hugepages_) return Memory::remedy();
  return "start again if files have come meanwhile, or move files out of the root";
}

void EalMemory::release(base::MutableBytes block) { rte_free(block.data()); }

}  // namespace stentor::dpdk
