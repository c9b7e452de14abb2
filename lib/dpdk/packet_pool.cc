// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/packet_pool.h"

#include <algorithm>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <utility>

namespace stentor::dpdk {

namespace {

constexpr unsigned kBytesPerObjectAside = 128 + 64 + 64;  // mbuf, mempool header, padding

// A pool without contiguity is one without bus addresses as well: all its frames would have the one
// that means none, and a device with DMA would read and write there. Ours are the virtual addresses
// (Eal::start). The object's header keeps it, from where a frame takes it.
void make_frame(rte_mempool* pool, void* argument, void* object, unsigned index) {
  rte_mempool_get_header(object)->iova = reinterpret_cast<rte_iova_t>(object);
  rte_pktmbuf_init(pool, argument, object, index);
}

}  // namespace

unsigned PoolSize::count() const {
  return queues * (rx_descriptors + tx_descriptors + frames_held) + workers * kCacheFramesMax;
}

std::uint16_t PoolSize::data_room() const {
  const unsigned room = std::max(2048u, (frame_bytes + 63u) / 64u * 64u) + RTE_PKTMBUF_HEADROOM;
  return static_cast<std::uint16_t>(std::min(room, 65535u));
}

std::uint64_t PoolSize::bytes() const {
  return std::uint64_t{count()} * (data_room() + kBytesPerObjectAside);
}

base::Result<PacketPool> PacketPool::make(const std::string& name, const PoolSize& size, int node) {
  const unsigned element = static_cast<unsigned>(sizeof(rte_mbuf)) + size.data_room();
  const int socket = node < 0 ? SOCKET_ID_ANY : node;
  // Without gaps at page ends: net_af_xdp registers count x size bytes and no more, so a frame
  // behind a gap would lie outside and be lost.
  rte_mempool* pool =
      rte_mempool_create_empty(name.c_str(), size.count(), element, kCacheFrames,
                               static_cast<unsigned>(sizeof(rte_pktmbuf_pool_private)), socket,
                               RTE_MEMPOOL_F_NO_IOVA_CONTIG);
  if (pool != nullptr) {
    PacketPool owner(pool);
    rte_pktmbuf_pool_private layout{};
    layout.mbuf_data_room_size = size.data_room();
    rte_pktmbuf_pool_init(pool, &layout);
    if (rte_mempool_populate_default(pool) >= 0) {
      rte_mempool_obj_iter(pool, make_frame, nullptr);
      return owner;
    }
  }
  return base::failure(
      "There is no memory for " + std::to_string(size.count()) + " frames (" +
      std::to_string(size.bytes() >> 20) + " MiB, " + rte_strerror(rte_errno) +
      "): reserve more hugepages (or, without them, free memory), or use fewer queues.");
}

PacketPool::PacketPool(PacketPool&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}

PacketPool& PacketPool::operator=(PacketPool&& other) noexcept {
  std::swap(pool_, other.pool_);
  return *this;
}

PacketPool::~PacketPool() { rte_mempool_free(pool_); }

unsigned PacketPool::in_use() const {
  return pool_ == nullptr ? 0 : rte_mempool_in_use_count(pool_);
}

}  // namespace stentor::dpdk
