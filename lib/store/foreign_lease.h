// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The leases that another DHCP server has written to its file: what Kea's memfile backend, ISC
// dhcpd and dnsmasq each append to, or write anew; and what a stentord's were exported to. For
// people who change over; command line only.
//
// Such a file is a journal: of an address its last entry counts. A file that has anything which
// cannot be read is refused as a whole, with every such line.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "store/clock_pair.h"
#include "wire/address.h"

namespace stentor::store {

enum class ForeignFormat { kea, isc, dnsmasq, stentor };

struct ForeignLease {
  std::size_t line = 0;             // where the entry begins, from 1
  std::optional<UtcSecond> expiry;  // nullopt: never
  std::uint8_t htype = 0;           // RFC 2132's; 0 and no bytes: the file does not say
  std::vector<std::uint8_t> hardware{};
  std::vector<std::uint8_t> client_id{};  // option 61
  std::string hostname{};
  std::vector<std::uint8_t> circuit_id{};  // option 82.1
  std::vector<std::uint8_t> remote_id{};   // option 82.2
};

// Addresses ascending. nullopt: given back, expired by the server's own word, or set aside.
using ForeignLeases = std::map<wire::Ipv4Address, std::optional<ForeignLease>>;

struct ForeignFault {
  std::size_t line = 0;
  std::string sentence;  // what is wrong, and what was expected
};
using ForeignFaults = std::vector<ForeignFault>;

tl::expected<ForeignLeases, ForeignFaults> read_foreign_leases(ForeignFormat format,
                                                               std::string_view text);

// Each for one format.
// Kea: CSV whose first line names the columns.
tl::expected<ForeignLeases, ForeignFaults> read_kea_leases(std::string_view text);
// ISC dhcpd: dhcpd.leases(5).
tl::expected<ForeignLeases, ForeignFaults> read_isc_leases(std::string_view text);
// dnsmasq: a line a lease; what follows a line `duid` is of DHCPv6, and is left out.
tl::expected<ForeignLeases, ForeignFaults> read_dnsmasq_leases(std::string_view text);
// What `stentorctl leases export` writes: lease_csv.h.
tl::expected<ForeignLeases, ForeignFaults> read_stentor_leases(std::string_view text);

}  // namespace stentor::store
