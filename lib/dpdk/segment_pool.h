// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Mbufs that have no buffer of their own: each refers to a block of an image while a device sends
// it. DPDK calls such a buffer external and, because the mbuf never gets another kind, pinned: that
// is why freeing one counts no references and restores nothing (rte_mbuf.h,
// RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF). Who wants to know whether image memory is still being read
// asks how many segments are out.
//
// One for each NUMA node whose workers poll a port. Set-up and end: control thread. Taking: any
// worker; returning: whoever frees the frame, which may be a peer.

#include <cstdint>
#include <rte_mbuf.h>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace stentor::dpdk {

class SegmentPool {
 public:
  // The longest block that one segment refers to.
  static constexpr std::size_t kBlockBytesMax = 0xffff;

  // `name`: unique in the process, at most 25 characters. `workers`: whose caches keep free ones.
  static base::Result<SegmentPool> make(const std::string& name, unsigned segments,
                                        unsigned workers, int node);
  // What so many take, with their headers.
  [[nodiscard]] static std::uint64_t bytes(unsigned segments, unsigned workers);
  SegmentPool(SegmentPool&& other) noexcept;
  SegmentPool& operator=(SegmentPool&& other) noexcept;
  ~SegmentPool();

  [[nodiscard]] rte_mempool* get() const { return pool_; }
  // Segments that are out: with a device, a worker or a peer. Any thread; a moment's value.
  [[nodiscard]] unsigned in_use() const;

 private:
  explicit SegmentPool(rte_mempool* pool) : pool_(pool) {}
  rte_mempool* pool_;
};

// Makes a free segment of the pool one that refers to `block`, of kBlockBytesMax at the most. Bus
// addresses are virtual ones (Eal::start). The device reads and nobody writes. What else an mbuf
// has, a segment has from its pool and keeps.
inline void refer_to(rte_mbuf& segment, base::Bytes block) {
  const auto length = static_cast<std::uint16_t>(block.size());
  segment.buf_addr = const_cast<std::uint8_t*>(block.data());
  rte_mbuf_iova_set(&segment, reinterpret_cast<rte_iova_t>(block.data()));
  segment.buf_len = length;
  segment.data_len = length;
  segment.pkt_len = length;
}

}  // namespace stentor::dpdk
