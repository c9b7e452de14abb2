// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is known of clients between their DHCP message and their TFTP requests, which other workers
// may get: one lock-free store, shared by all.
//
// Of who holds a lease: a record an address, which counts only while the lease table still has the
// address for that same owner (expired or not: until somebody else gets it). So it cannot outlive a
// change of owner, whichever of both changes is seen first.
// Of who has its address from elsewhere (ProxyDHCP, DHCPINFORM) on a link of ours: kUnleased
// records by network and MAC address, in sets of four. A set that is full forgets who was heard of
// longest ago.
//
// Any worker, any time; nobody waits. `busy`, in all of them: another worker is writing this very
// record, or was held up while it did; whatever asked for it is asked again.
//
// It outlives tables: each call is told by which one its caller goes.
//
// Memory: the caller's; 64 bytes a slot of the tables, and 4 MiB. It is touched as it is used.

#include <cstdint>
#include <optional>
#include <tl/expected.hpp>

#include "base/bytes.h"
#include "base/clock.h"
#include "lease/client_facts.h"
#include "lease/client_record.h"
#include "lease/table.h"

namespace stentor::lease {

class ClientStore {
 public:
  static constexpr std::size_t kUnleased = 65'536;

  struct Busy {};
  // nullopt: nothing is known.
  using Found = tl::expected<std::optional<ClientFacts>, Busy>;

  [[nodiscard]] static std::size_t bytes_needed(std::size_t slots);

  // `memory` (zeroed, at least bytes_needed(), aligned to 64) outlives the store. `key` spreads
  // what clients send.
  ClientStore(std::size_t slots, base::MutableBytes memory, const base::HashKey& key);
  ClientStore(const ClientStore&) = delete;
  ClientStore& operator=(const ClientStore&) = delete;

  // `owner` has bound `address`: an ACK follows. False: busy. Facts of an owner that has lost the
  // address meanwhile are not noted.
  [[nodiscard]] bool note_lease(const Table& leases, wire::Ipv4Address address, const Owner& owner,
                                const ClientFacts& facts, base::Time now);
  [[nodiscard]] Found find_lease(const Table& leases, wire::Ipv4Address address) const;

  // `network` tells links apart, `mac` is the source of the client's frames.
  [[nodiscard]] bool note_unleased(std::uint16_t network, const wire::MacAddress& mac,
                                   const ClientFacts& facts, base::Time now);
  [[nodiscard]] Found find_unleased(std::uint16_t network, const wire::MacAddress& mac) const;

 private:
  static constexpr std::size_t kWays = 4;

  [[nodiscard]] ClientRecord* set_of(const ClientKey& key) const;

  const base::HashKey key_;
  ClientRecord* const leased_;    // by slot
  ClientRecord* const unleased_;  // kUnleased of them
};

}  // namespace stentor::lease
