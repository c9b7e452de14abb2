// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A few free mbufs of a pool in one worker's hand: taking sixteen at once costs hardly more than
// taking one. Between two bursts the hand is empty, so that the pool knows how many are in use.

#include <array>
#include <rte_mbuf.h>

namespace stentor::dpdk {

class MbufStock {
 public:
  MbufStock() = default;
  MbufStock(const MbufStock&) = delete;
  MbufStock& operator=(const MbufStock&) = delete;
  ~MbufStock() { give_back(); }

  // One of `pool`, or what is in hand of the pool before it. As the pool has it: of one segment,
  // and none behind it; the rest may be anything. nullptr: none is free.
  [[nodiscard]] rte_mbuf* take(rte_mempool* pool) {
    if (count_ == 0 && !refill(pool)) [[unlikely]]
      return nullptr;
    return static_cast<rte_mbuf*>(mbufs_[--count_]);
  }

  void give_back() {
    if (count_ != 0) rte_mempool_put_bulk(pool_, mbufs_.data(), count_);
    count_ = 0;
  }

 private:
  static constexpr unsigned kMbufs = 16;

  bool refill(rte_mempool* pool) {
    pool_ = pool;
    if (rte_mempool_get_bulk(pool, mbufs_.data(), kMbufs) == 0) {
      count_ = kMbufs;
    } else if (rte_mempool_get(pool, mbufs_.data()) == 0) {  // all or nothing: the last ones singly
      count_ = 1;
    }
    return count_ != 0;
  }

  rte_mempool* pool_ = nullptr;  // of those in hand
  std::array<void*, kMbufs> mbufs_{};
  unsigned count_ = 0;
};

}  // namespace stentor::dpdk
