// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One change of one lease, as a worker puts it into its lane: whole in itself, no pointer, so that
// the store thread needs nothing of the worker's. What people and exports want to know of a client
// comes along; a field that the client did not say is empty.
//
// A change stands for the whole record: a newer version replaces all of it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "base/bytes.h"
#include "base/clock.h"
#include "lease/table.h"
#include "wire/address.h"

namespace stentor::lease {

// Up to kBytesMax bytes of a client's own words. What is beyond its size is indeterminate.
template <std::uint8_t N>
struct Field {
  static constexpr std::size_t kBytesMax = N;

  std::uint8_t size = 0;
  std::array<std::uint8_t, N> bytes;

  [[nodiscard]] base::Bytes view() const { return base::Bytes{bytes}.first(size); }
  // What does not fit is cut off.
  void assign(base::Bytes source) {
    size = static_cast<std::uint8_t>(std::min(source.size(), kBytesMax));
    std::copy_n(source.begin(), size, bytes.begin());
  }
};

struct LeaseChange {
  wire::Ipv4Address address;
  std::uint32_t version = 0;  // of the record in the table; a serial number (RFC 1982)
  base::Time expiry{};        // kNever: none. Of a free address: no meaning
  Owner owner;
  // The number of this change in its lane, given by Lane::push(): 1, 2, 3...
  std::uint64_t ticket = 0;
  State state = State::free;  // an offer is not stored
  std::uint8_t htype = 0;     // 0: not known
  Field<16> hardware;         // chaddr
  Field<255> client_id;       // option 61
  Field<64> hostname;         // option 12 or 81: assign_hostname()
  Field<64> circuit_id;       // option 82.1
  Field<64> remote_id;        // option 82.2

  [[nodiscard]] bool has_details() const {
    return (htype | hardware.size | client_id.size | hostname.size | circuit_id.size |
            remote_id.size) != 0;
  }
  // All that is not the lease itself.
  void assign_details(const LeaseChange& from);
};
// 40 of numbers, 2 of state and htype, 17 + 256 + 65 + 65 + 65 of fields, 2 of alignment.
static_assert(sizeof(LeaseChange) == 512, "eight cache lines");
static_assert(std::is_trivially_copyable_v<LeaseChange>);

// A name that is longer than the field loses whole labels from its end, if its first one fits;
// otherwise it is cut, never within a character of UTF-8.
void assign_hostname(LeaseChange& change, base::Bytes name);

}  // namespace stentor::lease
