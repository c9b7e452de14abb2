// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// (shared network, MAC) -> the number of its reservation: an immutable open-addressed hash table,
// at most half full. Made on the control thread, read by every worker.
//
// The hash is not keyed: only the operator's own reservations are in the table, and they decide how
// long a search can be, whatever a stranger asks for.

#include <cstdint>
#include <optional>
#include <vector>

#include "wire/address.h"

namespace stentor::dhcp {

class ReservationIndex {
 public:
  struct Entry {
    std::uint64_t key = 0;
    std::uint32_t reservation = 0;
    std::uint32_t used = 0;
  };

  static std::uint64_t key_of(std::uint16_t network, const wire::MacAddress& mac) {
    std::uint64_t key = network;
    for (const std::uint8_t byte : mac.bytes) key = key << 8 | byte;
    return key;
  }

  ReservationIndex() = default;
  // Each key once.
  explicit ReservationIndex(const std::vector<std::uint64_t>& keys);

  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t key) const {
    if (entries_.empty()) return std::nullopt;
    for (std::size_t at = place_of(key);; at = (at + 1) & (entries_.size() - 1)) {
      const Entry& entry = entries_[at];
      if (entry.used == 0) return std::nullopt;
      if (entry.key == key) return entry.reservation;
    }
  }

 private:
  // The finaliser of MurmurHash3 spreads the vendor prefixes that MACs share.
  [[nodiscard]] std::size_t place_of(std::uint64_t key) const {
    key = (key ^ key >> 33) * 0xff51afd7ed558ccdU;
    key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53U;
    return (key ^ key >> 33) & (entries_.size() - 1);
  }

  std::vector<Entry> entries_;  // a power of two of them, at least one unused; or none
};

}  // namespace stentor::dhcp
