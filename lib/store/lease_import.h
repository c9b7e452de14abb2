// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which of another server's leases become ours. What our database has is not touched by them: a
// client that has an address here keeps it, and an address that somebody has here stays its.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/foreign_lease.h"
#include "store/record_table.h"

namespace stentor::store {

struct ImportRules {
  // Whether the configuration has the address, in a pool or as a reservation.
  std::function<bool(wire::Ipv4Address)> has_address;
  // Under what the client's lease is kept; nullopt: it cannot be told.
  std::function<std::optional<lease::Owner>(wire::Ipv4Address, const ForeignLease&)> owner_of;
};

struct LeaseImport {
  struct LeftOut {
    wire::Ipv4Address address;
    std::size_t line = 0;
    std::string why;  // a half sentence
  };
  std::vector<lease::LeaseChange> changes;  // addresses ascending
  std::vector<LeftOut> left_out;            // leases that live
  std::size_t ended = 0;                    // others that the file has
};

LeaseImport plan_import(const ForeignLeases& leases, std::span<const StoredRecord> present,
                        const ImportRules& rules, const ClockPair& clocks);

}  // namespace stentor::store
