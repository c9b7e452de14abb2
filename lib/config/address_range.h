// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Ranges of addresses, both ends included: how they are written, and what is left of them.

#include <cstdint>
#include <string>
#include <vector>

#include "wire/address.h"

namespace stentor::config {

// First and last address, both included.
struct AddressRange {
  wire::Ipv4Address first;
  wire::Ipv4Address last;
};

inline std::uint64_t size_of(const AddressRange& range) {
  return std::uint64_t{range.last.host()} - range.first.host() + 1;
}

// What is left of `range` without `exclusions` (in any order, overlapping or outside of it), by
// address.
std::vector<AddressRange> without(const AddressRange& range, std::vector<AddressRange> exclusions);

// What `exclusions` have of `range`, by address and disjoint.
std::vector<AddressRange> within(const AddressRange& range,
                                 const std::vector<AddressRange>& exclusions);

std::string text_of(const AddressRange& range);

}  // namespace stentor::config
