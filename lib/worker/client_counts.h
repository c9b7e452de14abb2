// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How many live transfers each client address has on one worker: open addressing, keyed, O(1) a
// call. One thread. Nothing is allocated after construction.

#include <bit>
#include <cstdint>
#include <vector>

#include "wire/address.h"

namespace stentor::worker {

class ClientCounts {
 public:
  // For at most `transfers_max` transfers at a time.
  ClientCounts(std::uint32_t transfers_max, std::uint64_t hash_key);
  [[nodiscard]] static std::uint64_t memory_bytes(std::uint32_t transfers_max) {
    return cell_count(transfers_max) * sizeof(Cell);
  }

  [[gnu::always_inline]] void prefetch(wire::Ipv4Address client) const {
    __builtin_prefetch(&cells_[home_of(client)], 1);
  }
  [[nodiscard]] std::uint32_t of(wire::Ipv4Address client) const;
  void add(wire::Ipv4Address client);
  // One that was added.
  void remove(wire::Ipv4Address client);

 private:
  struct Cell {
    wire::Ipv4Address client;
    std::uint32_t transfers = 0;  // 0: the cell is empty
    friend bool operator==(const Cell&, const Cell&) = default;
  };

  [[nodiscard]] static std::size_t cell_count(std::uint32_t transfers_max) {
    return std::bit_ceil(std::size_t{transfers_max} * 2);
  }
  [[nodiscard]] std::size_t home_of(wire::Ipv4Address client) const;
  [[nodiscard]] std::size_t cell_of(wire::Ipv4Address client) const;

  std::uint64_t hash_key_;
  std::vector<Cell> cells_;  // at most half full
};

}  // namespace stentor::worker
