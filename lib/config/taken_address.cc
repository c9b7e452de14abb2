// SPDX-License-Identifier: BSD-3-Clause
#include "config/taken_address.h"

#include <algorithm>

#include "base/big_endian.h"

namespace stentor::config {
namespace {

using wire::Ipv4Address;

void add_routers(const std::vector<DhcpOption>& options, std::vector<Taken>& taken) {
  for (const Ipv4Address router : routers_in(options)) {
    taken.push_back({router, "a router (option routers)"});
  }
}

// Sorted by address; what the first row of an address calls it, counts.
std::vector<Taken> taken_everywhere(const Draft& draft) {
  std::vector<Taken> taken;
  for (const PortDraft& port : draft.ports) {
    for (const NetworkDraft& network : port.networks) {
      if (network.address != nullptr) {
        taken.push_back({network.network.address.address,
                         "our own address (line " + std::to_string(network.address->line) + ")"});
      }
      if (network.gateway != nullptr) {
        taken.push_back({*network.network.gateway,
                         "the gateway (line " + std::to_string(network.gateway->line) + ")"});
      }
    }
  }
  if (draft.relays) {
    for (const RelayDraft& relay : *draft.relays) {
      if (relay.address == nullptr) continue;
      taken.push_back(
          {relay.relay, "a relay agent (line " + std::to_string(relay.address->line) + ")"});
    }
  }
  add_routers(draft.settings.dhcp.options, taken);
  for (const SharedNetworkDraft& shared : draft.shared_networks) {
    add_routers(shared.network.options, taken);
  }
  for (const ClientClass& named : draft.settings.dhcp.classes) add_routers(named.options, taken);
  std::ranges::stable_sort(taken, {}, &Taken::address);
  return taken;
}

// Those of one subnet: the network's own and broadcast address, and its routers.
std::vector<Taken> taken_in(const SubnetDraft& draft) {
  const Subnet& subnet = draft.subnet;
  std::vector<Taken> taken;
  if (subnet.prefix.length < 31) {
    taken.push_back({subnet.prefix.network(), "the subnet's own address"});
    taken.push_back({subnet.prefix.last(), "the subnet's broadcast address"});
  }
  add_routers(subnet.options, taken);
  for (const PoolDraft& pool : draft.pools) add_routers(pool.pool.options, taken);
  for (const ReservationDraft& entry : draft.reservations) {
    add_routers(entry.reservation.options, taken);
  }
  std::ranges::stable_sort(taken, {}, &Taken::address);
  return taken;
}

// The first taken address inside a range.
const Taken* find_taken(const std::vector<Taken>& taken, const AddressRange& range) {
  const auto found = std::ranges::lower_bound(taken, range.first, {}, &Taken::address);
  return found != taken.end() && found->address <= range.last ? &*found : nullptr;
}

}  // namespace

std::vector<Ipv4Address> routers_in(const std::vector<DhcpOption>& options) {
  constexpr std::uint8_t kRouters = 3;
  std::vector<Ipv4Address> routers;
  for (const DhcpOption& option : options) {
    if (option.code != kRouters) continue;
    for (std::size_t at = 0; at + 4 <= option.value.size(); at += 4) {
      routers.emplace_back(base::load_big_endian<std::uint32_t>(&option.value[at]));
    }
  }
  return routers;
}

TakenAddresses::TakenAddresses(const Draft& draft) : everywhere_(taken_everywhere(draft)) {
  for (const SubnetDraft& subnet : draft.subnets) subnets_.emplace(&subnet, taken_in(subnet));
}

const Taken* TakenAddresses::find(const SubnetDraft& subnet, const AddressRange& range) const {
  const Taken* taken = find_taken(everywhere_, range);
  return taken != nullptr ? taken : find_taken(subnets_.at(&subnet), range);
}

}  // namespace stentor::config
