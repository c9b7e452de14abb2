// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <string>

#include "config/cross_check.h"
#include "config/limit.h"

namespace stentor::config {
namespace {

void check_names(const Draft& draft, Report& report) {
  std::map<std::string, const Node*> seen;
  for (const SharedNetworkDraft& shared : draft.shared_networks) {
    if (shared.name == nullptr) continue;
    const auto [first, fresh] = seen.emplace(shared.network.name, shared.name);
    if (!fresh) {
      report.add(*shared.name, "the shared network in line " + std::to_string(first->second->line) +
                                   " has this name; choose another");
    }
  }
}

void check_subnets(const Draft& draft, Report& report) {
  std::map<wire::Ipv4Address, const Node*> seen;
  for (const SharedNetworkDraft& shared : draft.shared_networks) {
    for (const RelaySubnetDraft& named : shared.subnets) {
      if (!check_is_known(draft, named, report)) continue;
      const auto [first, fresh] = seen.emplace(named.prefix.address, named.node);
      if (!fresh) {
        report.add(*named.node, "line " + std::to_string(first->second->line) +
                                    " puts it into a shared network already; remove one");
      }
    }
  }
}

// Who relays for one of them relays for all.
void check_modes(const Draft& draft, Report& report) {
  std::map<std::uint16_t, const SubnetDraft*> firsts;
  for (const SubnetDraft& subnet : draft.subnets) {
    if (!subnet.subnet.shared_network || subnet.prefix == nullptr) continue;
    const SubnetDraft& first =
        *firsts.emplace(*subnet.subnet.shared_network, &subnet).first->second;
    if (first.subnet.identify_by_client_id != subnet.subnet.identify_by_client_id) {
      report.add(subnet.identify_by != nullptr ? *subnet.identify_by : *subnet.prefix,
                 "the subnet " + prefix_text(first.subnet.prefix) +
                     " of the same shared network has another identify-by; give both the same");
    }
    if (first.subnet.relayed == subnet.subnet.relayed) continue;
    report.add(subnet.dhcp != nullptr ? *subnet.dhcp : *subnet.prefix,
               "the subnet " + prefix_text(first.subnet.prefix) +
                   " of the same shared network has another dhcp; give both the same");
  }
}

// A pool for classes is told from the others for each client: their number is bounded.
void check_class_pools(const Draft& draft, const SubnetDraft& subnet, Report& report) {
  const PoolDraft* restricted = nullptr;
  std::size_t pools = 0;
  for (const SubnetDraft& other : draft.subnets) {
    if (&other != &subnet && !share_network(other, subnet)) continue;
    for (const PoolDraft& pool : other.pools) {
      pools += 1 + pool.exclude.size() + other.exclude.size();
      if (&other == &subnet && pool.pool.classes && restricted == nullptr) restricted = &pool;
    }
  }
  if (restricted == nullptr || pools <= kPoolsBesideClassesMax) return;
  report.add(*restricted->node,
             "it is for classes, in a network of more than " +
                 std::to_string(kPoolsBesideClassesMax) +
                 " pools (each exclusion counts as one); join those that are neighbours");
}

}  // namespace

bool share_network(const SubnetDraft& a, const SubnetDraft& b) {
  return &a == &b ||
         (a.subnet.shared_network && a.subnet.shared_network == b.subnet.shared_network);
}

void check_shared_networks(const Draft& draft, Report& report) {
  check_names(draft, report);
  check_subnets(draft, report);
  check_modes(draft, report);
  for (const SubnetDraft& subnet : draft.subnets) check_class_pools(draft, subnet, report);
}

}  // namespace stentor::config
