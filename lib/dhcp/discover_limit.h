// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How often each client may send a DISCOVER that is looked at (limits.discovers-per-client). One
// thread: each worker has its own. A client counts until a second has passed in which it kept to
// its rate, so the table forgets nobody who matters unless more clients than it holds ask within a
// second: then those who have waited longest are forgiven first. Nothing is allocated after
// construction.

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace stentor::dhcp {

class DiscoverLimit {
 public:
  static constexpr std::uint32_t kClients = 65'536;

  // For at least `clients` clients a second.
  explicit DiscoverLimit(std::uint32_t clients = kClients);

  // False: `client` (request.h, client_hash()) has sent `a_second` of them within a second.
  // `a_second` is at least 1.
  [[nodiscard]] bool take(std::uint64_t client, std::uint32_t a_second, base::Time now);
  void prefetch(std::uint64_t client) const { __builtin_prefetch(&sets_[set_of(client)], 1); }

 private:
  struct Cell {
    std::uint64_t client = 0;
    // When what it has sent is paid for, at its rate (the generic cell rate algorithm of ITU-T
    // I.371): it may be up to a second ahead of the clock.
    base::Time paid{};
  };
  // One line of the cache.
  struct alignas(64) Set {
    std::array<Cell, 4> cells{};
  };
  static_assert(sizeof(Set) == 64);

  [[nodiscard]] std::size_t set_of(std::uint64_t client) const {
    return client & (sets_.size() - 1);
  }

  std::vector<Set> sets_;
};

}  // namespace stentor::dhcp
