// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <string>

#include "config/cross_check.h"

namespace stentor::config {
namespace {

template <typename Visit>
void for_each_network(const Draft& draft, const Visit& visit) {
  for (const PortDraft& port : draft.ports) {
    for (const NetworkDraft& network : port.networks) {
      if (network.address != nullptr) visit(network);
    }
  }
}

bool on_link(const Draft& draft, const wire::Ipv4Prefix& prefix) {
  bool found = false;
  for_each_network(draft, [&](const NetworkDraft& network) {
    found = found || prefixes_overlap(network.network.address, prefix);
  });
  return found;
}

// Prefixes nest or are disjoint: after sorting, one that overlaps any before it overlaps the widest
// that is still open.
void check_subnets_disjoint(const Draft& draft, Report& report) {
  std::vector<const SubnetDraft*> sorted;
  for (const SubnetDraft& subnet : draft.subnets) {
    if (subnet.prefix != nullptr) sorted.push_back(&subnet);
  }
  std::ranges::stable_sort(sorted, {}, [](const SubnetDraft* subnet) {
    return std::pair(subnet->subnet.prefix.address, subnet->subnet.prefix.length);
  });
  const SubnetDraft* open = nullptr;
  for (const SubnetDraft* subnet : sorted) {
    if (open == nullptr || !open->subnet.prefix.contains(subnet->subnet.prefix.address)) {
      open = subnet;
      continue;
    }
    const std::string other =
        prefix_text(open->subnet.prefix) + " in line " + std::to_string(open->prefix->line);
    report.add(*subnet->prefix, subnet->subnet.prefix == open->subnet.prefix
                                    ? "the same subnet as " + other + "; join them"
                                    : "overlaps the subnet " + other + "; subnets are disjoint");
  }
}

void check_subnets_against_networks(const Draft& draft, Report& report) {
  for (const SubnetDraft& subnet : draft.subnets) {
    if (subnet.prefix == nullptr) continue;
    const NetworkDraft* clash = nullptr;
    for_each_network(draft, [&](const NetworkDraft& network) {
      const wire::Ipv4Prefix& own = network.network.address;
      const bool fits = same_network(own, subnet.subnet.prefix);
      if (!fits && prefixes_overlap(own, subnet.subnet.prefix) && clash == nullptr) {
        clash = &network;
      }
    });
    if (clash == nullptr) continue;
    report.add(*subnet.prefix, "it is not the network " + prefix_text(clash->network.address) +
                                   " in line " + std::to_string(clash->address->line) +
                                   ", but overlaps it; give both the same length");
  }
}

bool relay_serves(const RelayDraft& relay, const wire::Ipv4Prefix& prefix) {
  const auto is_it = [&](const RelaySubnetDraft& named) { return named.prefix == prefix; };
  if (std::ranges::any_of(relay.link_selection, is_it)) return true;
  if (!relay.subnets_given) return relay.address != nullptr && prefix.contains(relay.relay);
  return std::ranges::any_of(relay.subnets, is_it);
}

// Whether something holds for a subnet, or for one that it shares its network with.
template <typename Condition>
bool any_in_network(const Draft& draft, const SubnetDraft& subnet, const Condition& holds) {
  return std::ranges::any_of(draft.subnets, [&](const SubnetDraft& other) {
    return share_network(subnet, other) && holds(other);
  });
}

bool is_on_link(const Draft& draft, const SubnetDraft& subnet) {
  return any_in_network(draft, subnet, [&draft](const SubnetDraft& other) {
    return other.prefix != nullptr && on_link(draft, other.subnet.prefix);
  });
}

void check_subnet_is_used(const Draft& draft, const SubnetDraft& subnet, Report& report) {
  const bool is_local = is_on_link(draft, subnet);
  const bool gives_addresses =
      is_local || subnet.subnet.relayed.value_or(DhcpMode::server) == DhcpMode::server;
  const bool has_addresses = any_in_network(draft, subnet, [](const SubnetDraft& other) {
    return other.pools_given || other.reservations_given;
  });
  if (gives_addresses && !has_addresses) {
    report.add(*subnet.node, "it gives nobody an address; add pools or reservations");
  }
  if (subnet.prefix == nullptr || !draft.relays) return;
  const bool served = any_in_network(draft, subnet, [&draft](const SubnetDraft& other) {
    return other.prefix != nullptr &&
           std::ranges::any_of(*draft.relays, [&](const RelayDraft& relay) {
             return relay_serves(relay, other.subnet.prefix);
           });
  });
  if (served) return;
  if (is_local) {
    if (subnet.dhcp == nullptr) return;
    return report.add(*subnet.dhcp,
                      "it is for clients behind a relay agent, and no relay in dhcp.relays serves "
                      "this subnet; a port's network has a key dhcp of its own");
  }
  report.add(*subnet.prefix,
             "no client reaches it: no port has this network, and no relay in dhcp.relays serves "
             "it; add it to a relay's subnets or link-selection, or to a port");
}

// A REQUEST that nothing answers is what an operator would find out last.
void check_networks_are_served(const Draft& draft, Report& report) {
  bool relayed = false;
  for (const SubnetDraft& subnet : draft.subnets) {
    if (subnet.prefix == nullptr) return;  // it may be the one that is missed
    relayed = relayed || !is_on_link(draft, subnet);
  }
  if (relayed) return;  // the network may be there for relay agents alone
  for_each_network(draft, [&](const NetworkDraft& network) {
    if (network.network.dhcp != DhcpMode::server) return;
    const wire::Ipv4Prefix& own = network.network.address;
    const bool covered = std::ranges::any_of(draft.subnets, [&](const SubnetDraft& subnet) {
      return prefixes_overlap(own, subnet.subnet.prefix);
    });
    if (covered) return;
    report.add(*network.address,
               "DHCP mode is server here, but dhcp.subnets has no subnet " + prefix_text(own) +
                   ", so nobody would get an address; add the subnet with a pool, or set this "
                   "network's dhcp to proxy or none");
  });
}

// A relay agent's clients are in one network. The first subnet that is not of it; null: there is
// none, or nobody can say.
const RelaySubnetDraft* find_stranger(const Draft& draft, const RelayDraft& relay) {
  const SubnetDraft* first = nullptr;
  for (const RelaySubnetDraft& named : relay.subnets) {
    const SubnetDraft* subnet = find_subnet(draft, named.prefix);
    if (subnet == nullptr) continue;
    if (first == nullptr) first = subnet;
    if (!share_network(*first, *subnet)) return &named;
  }
  return nullptr;
}

void check_relay_subnets(const Draft& draft, const RelayDraft& relay, Report& report) {
  if (const RelaySubnetDraft* stranger = find_stranger(draft, relay)) {
    report.add(
        *stranger->node,
        "a relay agent's clients are in one subnet or one shared network, and this is another; put "
        "both into one of dhcp.shared-networks, remove it, or let the agent name the client's "
        "subnet (option 82.5) and list it in link-selection");
  }
  for (const RelaySubnetDraft& named : relay.subnets) check_is_known(draft, named, report);
  for (const RelaySubnetDraft& named : relay.link_selection) check_is_known(draft, named, report);
  if (relay.subnets_given || relay.address == nullptr) return;
  const bool inside = std::ranges::any_of(draft.subnets, [&](const SubnetDraft& subnet) {
    return subnet.prefix != nullptr && subnet.subnet.prefix.contains(relay.relay);
  });
  if (!inside && draft.settings.dhcp.mode == DhcpMode::server) {
    report.add(*relay.address,
               "no subnet of dhcp.subnets holds this address; name the relay's subnets: "
               "{address: ..., subnets: [...]}");
  }
}

void check_relays(const Draft& draft, Report& report) {
  if (!draft.relays) return;
  std::map<wire::Ipv4Address, const Node*> seen;
  for (const RelayDraft& relay : *draft.relays) {
    check_relay_subnets(draft, relay, report);
    if (relay.address == nullptr) continue;
    const auto [first, fresh] = seen.emplace(relay.relay, relay.address);
    if (!fresh) {
      report.add(*relay.address, "the relay in line " + std::to_string(first->second->line) +
                                     " has this address; keep one of them");
    }
    for_each_network(draft, [&](const NetworkDraft& network) {
      if (network.network.address.address == relay.relay) {
        report.add(*relay.address, "this is our own address, from line " +
                                       std::to_string(network.address->line) +
                                       "; name the relay agent's");
      }
    });
  }
}

}  // namespace

const SubnetDraft* find_subnet(const Draft& draft, const wire::Ipv4Prefix& prefix) {
  const auto found = std::ranges::find_if(draft.subnets, [&prefix](const SubnetDraft& subnet) {
    return subnet.prefix != nullptr && subnet.subnet.prefix == prefix;
  });
  return found == draft.subnets.end() ? nullptr : &*found;
}

bool check_is_known(const Draft& draft, const RelaySubnetDraft& named, Report& report) {
  if (find_subnet(draft, named.prefix) != nullptr) return true;
  report.add(*named.node, "dhcp.subnets has no such subnet; add it there, or remove it here");
  return false;
}

void check_dhcp(const Draft& draft, Report& report) {
  check_subnets_disjoint(draft, report);
  check_subnets_against_networks(draft, report);
  for (const SubnetDraft& subnet : draft.subnets) check_subnet_is_used(draft, subnet, report);
  check_networks_are_served(draft, report);
  check_shared_networks(draft, report);
  check_relays(draft, report);
  check_addresses(draft, report);
  check_hosts(draft, report);
}

}  // namespace stentor::config
