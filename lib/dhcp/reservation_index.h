// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What knows a machine in a network -> the number of its reservation: an immutable open-addressed
// hash table, at most half full. Made on the control thread, read by every worker.
//
// A MAC address is its own key, and where it lies in the table is a hash without a secret: only the
// operator's own reservations are in it, and they decide how long a search can be, whatever a
// stranger asks for. Of longer names the key is 95 bits of a keyed hash, which no stranger can
// aim at.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/siphash.h"
#include "base/spread.h"
#include "wire/address.h"

namespace stentor::dhcp {

class ReservationIndex {
 public:
  struct Key {
    std::uint64_t value = 0;
    std::uint32_t kind = 0;  // never 0; 1: a MAC address; else a part of the hash
    friend bool operator==(const Key&, const Key&) = default;
  };

  static Key key_of(std::uint16_t network, const wire::MacAddress& mac) {
    return {std::uint64_t{network} << wire::MacAddress::kBits | mac.number(), 1};
  }
  // `hash`: of the network, the kind of the name and the name.
  static Key key_of(const base::Hash128& hash) {
    return {hash.low, static_cast<std::uint32_t>(hash.high) | 2U};
  }

  ReservationIndex() = default;
  // Room for so many keys.
  explicit ReservationIndex(std::size_t keys);
  // False if the key is there already, which stays.
  bool add(const Key& key, std::uint32_t reservation);

  [[nodiscard]] std::optional<std::uint32_t> find(const Key& key) const {
    if (entries_.empty()) return std::nullopt;
    for (std::size_t at = place_of(key.value);; at = (at + 1) & (entries_.size() - 1)) {
      const Entry& entry = entries_[at];
      if (entry.kind == 0) return std::nullopt;
      if (entry.key == key.value && entry.kind == key.kind) return entry.reservation;
    }
  }

 private:
  struct Entry {
    std::uint64_t key = 0;
    std::uint32_t reservation = 0;
    std::uint32_t kind = 0;  // 0: unused
  };

  [[nodiscard]] std::size_t place_of(std::uint64_t key) const {
    return base::spread(key) & (entries_.size() - 1);
  }

  std::vector<Entry> entries_;  // a power of two of them, at least one unused; or none
  std::size_t used_ = 0;
};

}  // namespace stentor::dhcp
