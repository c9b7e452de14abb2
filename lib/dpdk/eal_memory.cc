// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/eal_memory.h"

#include <rte_eal.h>
#include <rte_malloc.h>
#include <rte_memory.h>

namespace stentor::dpdk {

EalMemory::EalMemory(int node) : node_(node < 0 ? SOCKET_ID_ANY : node) {
  if (rte_eal_has_hugepages() == 0) {
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

void EalMemory::release(base::MutableBytes block) { rte_free(block.data()); }

}  // namespace stentor::dpdk
