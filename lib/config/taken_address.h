// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Addresses that no client may get: our own, gateways, relay agents, routers, and those that name a
// subnet as a whole.

#include <map>
#include <string>
#include <vector>

#include "config/draft.h"

namespace stentor::config {

struct Taken {
  wire::Ipv4Address address;
  std::string what;  // "the gateway (line 12)"
};

// What option 3 names is a router, in whatever scope it is set.
std::vector<wire::Ipv4Address> routers_in(const std::vector<DhcpOption>& options);

class TakenAddresses {
 public:
  // `draft` outlives it.
  explicit TakenAddresses(const Draft& draft);

  // The first inside a range of `subnet`, those that are taken everywhere before others; null:
  // none.
  [[nodiscard]] const Taken* find(const SubnetDraft& subnet, const AddressRange& range) const;

 private:
  std::vector<Taken> everywhere_;                             // by address
  std::map<const SubnetDraft*, std::vector<Taken>> subnets_;  // each by address
};

}  // namespace stentor::config
