// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Addresses, given as prefixes that may overlap in any way. Immutable; made on the control thread
// (address_set_setup.cc), read by every worker in O(log prefixes): sorted ranges, each apart from
// the next.

#include <cstdint>
#include <span>
#include <vector>

#include "wire/address.h"

namespace stentor::worker {

class AddressSet {
 public:
  AddressSet() = default;
  explicit AddressSet(std::span<const wire::Ipv4Prefix> prefixes);

  [[nodiscard]] bool contains(wire::Ipv4Address address) const;
  [[nodiscard]] std::size_t ranges() const { return firsts_.size(); }

 private:
  // Range i is firsts_[i] to lasts_[i], both included; apart, so that a search reads firsts alone.
  std::vector<wire::Ipv4Address> firsts_;
  std::vector<wire::Ipv4Address> lasts_;
};

}  // namespace stentor::worker
