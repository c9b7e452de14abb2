// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Addresses of which a client has acknowledged something of late: who forges an address does not
// hear what there is to acknowledge. A slot a hash, in which a newer address takes an older one's
// place: that one is a stranger again, and no worse off than without all this.
//
// Threads: its worker writes; all may read. Another worker may see a bit late.

#include <atomic>
#include <cstdint>
#include <vector>

#include "wire/address.h"
#include "wire/flow_hash.h"

namespace stentor::worker {

// In a cache line of its own, as TransferHomes is.
class alignas(64) ProvenClients {
 public:
  // Of a worker's last 4,096 clients 94 in a hundred have kept theirs; 256 KiB.
  static constexpr std::size_t kSlots = 65'536;

  explicit ProvenClients(std::uint64_t hash_key) : hash_key_(hash_key), slots_(kSlots) {}

  // Any thread. `client`: anything that stands in a frame.
  [[nodiscard]] bool has(wire::Ipv4Address client) const {
    return client.host() != kEmpty &&
           slots_[slot_of(client)].load(std::memory_order_relaxed) == client.host();
  }
  // The worker. Others read it in a flood: what is there already is not written.
  void note(wire::Ipv4Address client) {
    if (!has(client)) slots_[slot_of(client)].store(client.host(), std::memory_order_relaxed);
  }

 private:
  [[nodiscard]] std::size_t slot_of(wire::Ipv4Address client) const {
    return wire::flow_hash(hash_key_, client, /*port=*/0) % kSlots;
  }

  static constexpr std::uint32_t kEmpty = 0;  // no client has it

  std::uint64_t hash_key_;
  // Relaxed all over: an address carries no data but itself.
  std::vector<std::atomic<std::uint32_t>> slots_;
};

}  // namespace stentor::worker
