// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/segment_pool.h"

#include <cstring>
#include <rte_errno.h>
#include <rte_mempool.h>
#include <utility>

#include "dpdk/packet_pool.h"

namespace stentor::dpdk {

namespace {

constexpr unsigned kBytesPerSegment = sizeof(rte_mbuf) + sizeof(rte_mbuf_ext_shared_info) + 64 + 64;

// Of all segments of the process. Nobody writes it: a count of one is what a pinned mbuf's freeing
// looks for, and image memory is given back by its Generation and not by a callback.
rte_mbuf_ext_shared_info shared_by_all{nullptr, nullptr, 1};

void make_segment(rte_mempool* pool, void*, void* object, unsigned) {
  auto* segment = static_cast<rte_mbuf*>(object);
  std::memset(object, 0, sizeof *segment);
  segment->pool = pool;
  segment->nb_segs = 1;
  segment->port = RTE_MBUF_PORT_INVALID;
  segment->ol_flags = RTE_MBUF_F_EXTERNAL;
  segment->shinfo = &shared_by_all;
  rte_mbuf_refcnt_set(segment, 1);
}

unsigned with_caches(unsigned segments, unsigned workers) {
  return segments + workers * kCacheFramesMax;
}

}  // namespace

std::uint64_t SegmentPool::bytes(unsigned segments, unsigned workers) {
  return std::uint64_t{with_caches(segments, workers)} * kBytesPerSegment;
}

base::Result<SegmentPool> SegmentPool::make(const std::string& name, unsigned segments,
                                            unsigned workers, int node) {
  // rte_pktmbuf_pool_init() wants room for a reference count a segment, which is not used.
  constexpr unsigned kElement = sizeof(rte_mbuf) + sizeof(rte_mbuf_ext_shared_info);
  rte_mempool* pool =
      rte_mempool_create_empty(name.c_str(), with_caches(segments, workers), kElement, kCacheFrames,
                               static_cast<unsigned>(sizeof(rte_pktmbuf_pool_private)),
                               node < 0 ? SOCKET_ID_ANY : node, RTE_MEMPOOL_F_NO_IOVA_CONTIG);
  if (pool != nullptr) {
    SegmentPool owner(pool);
    rte_pktmbuf_pool_private layout{};
    layout.flags = RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF;
    rte_pktmbuf_pool_init(pool, &layout);
    if (rte_mempool_populate_default(pool) >= 0) {
      rte_mempool_obj_iter(pool, make_segment, nullptr);
      return owner;
    }
  }
  return base::failure(
      "There is no memory for " + std::to_string(segments) + " references to image blocks (" +
      std::to_string((bytes(segments, workers) >> 20) + 1) + " MiB, " + rte_strerror(rte_errno) +
      "): reserve more hugepages (or, without them, free memory), or use fewer "
      "queues.");
}

SegmentPool::SegmentPool(SegmentPool&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)) {}

SegmentPool& SegmentPool::operator=(SegmentPool&& other) noexcept {
  std::swap(pool_, other.pool_);
  return *this;
}

SegmentPool::~SegmentPool() { rte_mempool_free(pool_); }

unsigned SegmentPool::in_use() const {
  return pool_ == nullptr ? 0 : rte_mempool_in_use_count(pool_);
}

}  // namespace stentor::dpdk
