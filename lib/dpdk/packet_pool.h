// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where a port's frames live: one mempool for each NUMA node whose workers poll the port.
// Set-up and end: control thread. Taking and returning frames: any worker, inside DPDK.

#include <cstdint>
#include <string>

#include "base/error.h"

struct rte_mempool;

namespace stentor::dpdk {

// Free frames (or segments) that a worker's cache keeps; it returns some to the pool when it holds
// half as many again.
inline constexpr unsigned kCacheFrames = 256;
inline constexpr unsigned kCacheFramesMax = kCacheFrames * 3 / 2;

// How many frames a pool holds, by who holds them.
struct PoolSize {
  unsigned queues = 1;          // that draw from this pool
  unsigned rx_descriptors = 0;  // a queue: posted to the device, or received and not yet taken
  unsigned tx_descriptors = 0;  // a queue: given to the device, and not yet sent
  unsigned frames_held = 0;     // a queue: in the worker's hands (bursts, rings, frames not sent)
  unsigned workers = 1;         // whose caches keep free frames
  unsigned frame_bytes = 0;     // the longest frame, with what a device puts around it

  [[nodiscard]] unsigned count() const;
  // Frames that may be sent or waiting to be, each with a reference to an image's block.
  [[nodiscard]] unsigned segments() const { return queues * (tx_descriptors + frames_held); }
  [[nodiscard]] std::uint64_t bytes() const;  // about what count() frames take, with their headers
  [[nodiscard]] std::uint16_t data_room() const;
};

class PacketPool {
 public:
  // `name`: unique in the process, at most 25 characters.
  static base::Result<PacketPool> make(const std::string& name, const PoolSize& size, int node);
  PacketPool(PacketPool&& other) noexcept;
  PacketPool& operator=(PacketPool&& other) noexcept;
  ~PacketPool();

  [[nodiscard]] rte_mempool* get() const { return pool_; }
  // Frames that are out: with a device, a worker or a peer. Any thread; a moment's value.
  [[nodiscard]] unsigned in_use() const;
  // The memory stays until the process ends: for a device that may write to it after its close.
  void abandon() { pool_ = nullptr; }

 private:
  explicit PacketPool(rte_mempool* pool) : pool_(pool) {}
  rte_mempool* pool_;
};

}  // namespace stentor::dpdk
