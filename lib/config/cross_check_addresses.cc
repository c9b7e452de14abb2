// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <string>

#include "config/address_range.h"
#include "config/cross_check.h"
#include "config/limit.h"

namespace stentor::config {
namespace {

using wire::Ipv4Address;

// An address that no client may get, and how to call it.
struct Taken {
  Ipv4Address address;
  std::string what;
};

std::string text_of(Ipv4Address address) { return std::string(address.text().view()); }

// The rest of a range, as one would write it.
std::string rest_of(const AddressRange& range, Ipv4Address address) {
  const std::vector<AddressRange> parts = without(range, {{address, address}});
  if (parts.empty()) return "remove the pool";
  return "write " + text_of(parts[0]) + (parts.size() > 1 ? " and " + text_of(parts[1]) : "");
}

// What option 3 names is a router, in whatever scope it is set.
void add_routers(const std::vector<DhcpOption>& options, std::vector<Taken>& taken) {
  constexpr std::uint8_t kRouters = 3;
  for (const DhcpOption& option : options) {
    if (option.code != kRouters) continue;
    for (std::size_t at = 0; at + 4 <= option.value.size(); at += 4) {
      std::uint32_t address = 0;
      for (std::size_t byte = 0; byte < 4; ++byte) address = address << 8 | option.value[at + byte];
      taken.push_back({Ipv4Address{address}, "a router (option routers)"});
    }
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

class AddressCheck {
 public:
  AddressCheck(const Draft& draft, Report& report)
      : taken_(taken_everywhere(draft)), report_(report) {}

  void check(const SubnetDraft& subnet) {
    if (subnet.prefix == nullptr) return;
    const std::vector<Taken> here = taken_in(subnet);
    for (const PoolDraft& pool : subnet.pools) check_pool(subnet, here, pool);
    check_exclusions(subnet);
    check_pools_disjoint(subnet);
    for (const ReservationDraft& entry : subnet.reservations) {
      if (entry.address != nullptr) check_reserved(subnet, here, entry);
    }
  }

 private:
  void check_pool(const SubnetDraft& subnet, const std::vector<Taken>& here,
                  const PoolDraft& pool) {
    const wire::Ipv4Prefix& prefix = subnet.subnet.prefix;
    const AddressRange& range = pool.pool.range;
    if (!prefix.contains(range.first) || !prefix.contains(range.last)) {
      report_.add(*pool.node, "the pool leaves its subnet " + prefix_text(prefix) + ", which is " +
                                  text_of(AddressRange{prefix.network(), prefix.last()}));
      return;
    }
    check_parts(subnet, here, pool);
    pools_ += 1;
    for (const AddressRange& cut : within(range, exclusions_of(subnet, pool))) {
      if (size_of(cut) >= kExclusionSplits) ++pools_;
    }
    if (!too_many_pools_ && pools_ > kPoolsMax) {
      too_many_pools_ = true;
      report_.add(*pool.node, "with this pool there are more than " + std::to_string(kPoolsMax) +
                                  "; join those that are neighbours");
    }
    const std::uint64_t before = pool_addresses_;
    pool_addresses_ += size_of(range);
    if (before <= kPoolAddressesMax && pool_addresses_ > kPoolAddressesMax) {
      report_.add(*pool.node, "with this pool there are more than " +
                                  std::to_string(kPoolAddressesMax) +
                                  " addresses in pools; make them smaller");
    }
  }

  // What clients get of a pool.
  void check_parts(const SubnetDraft& subnet, const std::vector<Taken>& here,
                   const PoolDraft& pool) {
    const std::vector<AddressRange> parts = without(pool.pool.range, exclusions_of(subnet, pool));
    if (parts.empty()) {
      report_.add(*pool.node, "all of the pool is excluded; remove it, or exclude less");
    }
    for (const AddressRange& part : parts) {
      const Taken* taken = find_taken(taken_, part);
      if (taken == nullptr) taken = find_taken(here, part);
      if (taken == nullptr) continue;
      report_.add(*pool.node, "the pool contains " + taken->what + ", " + text_of(taken->address) +
                                  "; " + rest_of(pool.pool.range, taken->address));
      return;
    }
  }

  void check_exclusions(const SubnetDraft& subnet) {
    const wire::Ipv4Prefix& prefix = subnet.subnet.prefix;
    for (const RangeDraft& exclusion : subnet.exclude) {
      if (prefix.contains(exclusion.range.first) && prefix.contains(exclusion.range.last)) continue;
      report_.add(*exclusion.node, "it is not in the subnet " + prefix_text(prefix));
    }
    for (const PoolDraft& pool : subnet.pools) {
      for (const RangeDraft& exclusion : pool.exclude) {
        const AddressRange& range = pool.pool.range;
        if (exclusion.range.first >= range.first && exclusion.range.last <= range.last) continue;
        report_.add(*exclusion.node, "it is not in the pool " + text_of(range));
      }
    }
  }

  void check_pools_disjoint(const SubnetDraft& subnet) {
    std::vector<const PoolDraft*> sorted;
    for (const PoolDraft& pool : subnet.pools) sorted.push_back(&pool);
    std::ranges::stable_sort(sorted, {},
                             [](const PoolDraft* pool) { return pool->pool.range.first; });
    const PoolDraft* widest = nullptr;  // of those before, the one that ends last
    for (const PoolDraft* pool : sorted) {
      if (widest != nullptr && pool->pool.range.first <= widest->pool.range.last) {
        // Reported at the one that stands later in the file.
        const bool later = std::pair(pool->node->line, pool->node->column) >
                           std::pair(widest->node->line, widest->node->column);
        const PoolDraft* place = later ? pool : widest;
        const PoolDraft* other = later ? widest : pool;
        report_.add(*place->node, "overlaps the pool " + text_of(other->pool.range) + " in line " +
                                      std::to_string(other->node->line) + "; join them");
      }
      if (widest == nullptr || pool->pool.range.last > widest->pool.range.last) widest = pool;
    }
  }

  void check_reserved(const SubnetDraft& subnet, const std::vector<Taken>& here,
                      const ReservationDraft& entry) {
    const Ipv4Address address = *entry.reservation.address;
    if (!subnet.subnet.prefix.contains(address)) {
      report_.add(*entry.address, "it is not in the subnet " + prefix_text(subnet.subnet.prefix) +
                                      "; move the reservation to the subnet that has it");
      return;
    }
    const Taken* taken = find_taken(taken_, {address, address});
    if (taken == nullptr) taken = find_taken(here, {address, address});
    if (taken != nullptr)
      report_.add(*entry.address, "this is " + taken->what + "; choose another");
    const auto [first, fresh] = reserved_.emplace(address, entry.address);
    if (!fresh) {
      report_.add(*entry.address, "the reservation in line " + std::to_string(first->second->line) +
                                      " has this address; choose another");
    }
  }

  std::vector<Taken> taken_;
  Report& report_;
  std::map<Ipv4Address, const Node*> reserved_;
  std::uint64_t pool_addresses_ = 0;
  std::size_t pools_ = 0;
  bool too_many_pools_ = false;
};

}  // namespace

std::vector<AddressRange> exclusions_of(const SubnetDraft& subnet, const PoolDraft& pool) {
  std::vector<AddressRange> exclusions;
  for (const RangeDraft& exclusion : subnet.exclude) exclusions.push_back(exclusion.range);
  for (const RangeDraft& exclusion : pool.exclude) exclusions.push_back(exclusion.range);
  return exclusions;
}

void check_addresses(const Draft& draft, Report& report) {
  AddressCheck check(draft, report);
  for (const SubnetDraft& subnet : draft.subnets) check.check(subnet);
}

}  // namespace stentor::config
