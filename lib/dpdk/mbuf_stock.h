// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A few free mbufs of a pool in one worker's hand: taking sixteen at once costs hardly more than
// taking one. Between two bursts the hand is empty, so that the pool knows how many are in use.

#include <array>
#include <rte_mbuf.h>

namespace stentor::dpdk {

class MbufStock {
 public:
  explicit MbufStock(rte_mempool* pool) : pool_(pool) {}
  MbufStock(const MbufStock&) = delete;
  MbufStock& operator=(const MbufStock&) = delete;
  ~MbufStock() { give_back(); }

  // As the pool has it: of one segment, and none behind it; the rest may be anything. nullptr: none
  // is free.
  [[nodiscard]] rte_mbuf* take() {
    if (count_ == 0 && !refill()) [[unlikely]]
      return nullptr;
    return static_cast<rte_mbuf*>(mbufs_[--count_]);
  }

  void give_back() {
    if (count_ != 0) rte_mempool_put_bulk(pool_, mbufs_.data(), count_);
    count_ = 0;
  }

 private:
  static constexpr unsigned kMbufs = 16;

  bool refill() {
    // A pool gives all or nothing; the last ones it gives one by one.
    count_ = rte_mempool_get_bulk(pool_, mbufs_.data(), kMbufs) == 0 ? kMbufs
             : rte_mempool_get_bulk(pool_, mbufs_.data(), 1) == 0    ? 1
                                                                     : 0;
    return count_ != 0;
  }

  rte_mempool* const pool_;
  std::array<void*, kMbufs> mbufs_{};
  unsigned count_ = 0;
};

}  // namespace stentor::dpdk
