// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/policy.h"

#include <algorithm>

#include "config/name_kind.h"

namespace stentor::dhcp {

const OwnAddress* Policy::find_own(wire::Ipv4Address address) const {
  const auto found = std::ranges::lower_bound(own_addresses_, address, {}, &OwnAddress::address);
  return found != own_addresses_.end() && found->address == address ? &*found : nullptr;
}

const config::ClientTemplate* Policy::find_directory(std::uint64_t number) const {
  const auto found = std::ranges::lower_bound(directories_, number, {}, &BootDirectory::number);
  return found != directories_.end() && found->number == number ? &found->path : nullptr;
}

std::optional<SubnetIndex> Policy::find_subnet(wire::Ipv4Address address) const {
  const auto after = std::ranges::upper_bound(
      subnets_by_address_, address, {},
      [this](SubnetIndex index) { return subnets_[index].prefix.network(); });
  if (after == subnets_by_address_.begin()) return std::nullopt;
  const SubnetIndex index = *(after - 1);
  if (!subnets_[index].prefix.contains(address)) return std::nullopt;
  return index;
}

std::optional<Relay> Policy::find_relay(wire::Ipv4Address giaddr) const {
  // A relay's address is never ours: somebody forges it, to have us answer ourselves.
  if (find_own(giaddr) != nullptr) return std::nullopt;
  if (!relays_) {
    const auto subnet = find_subnet(giaddr);
    if (!subnet || subnets_[*subnet].prefix.is_directed_broadcast(giaddr)) return std::nullopt;
    return Relay{giaddr, subnet};
  }
  const auto found = std::ranges::lower_bound(*relays_, giaddr, {}, &Relay::address);
  if (found == relays_->end() || found->address != giaddr) return std::nullopt;
  return *found;
}

std::optional<SubnetIndex> Policy::find_link(const Relay& relay, wire::Ipv4Address address) const {
  const auto subnet = find_subnet(address);
  if (!subnet) return std::nullopt;
  // Its own shared network it serves anyway.
  const bool may_choose =
      share_network(*subnet, relay.subnet) || std::ranges::binary_search(links_of(relay), *subnet);
  return may_choose ? subnet : std::nullopt;
}

namespace name_kind = config::name_kind;

const Reservation* Policy::find_reservation(SubnetIndex subnet, const wire::MacAddress& mac) const {
  auto found =
      reservation_index_.find(ReservationIndex::key_of(subnets_[subnet].shared_network, mac));
  if (!found && has_hosts_anywhere_) {
    found = reservation_index_.find(ReservationIndex::key_of(kAnywhere, mac));
  }
  return found ? &reservations_[*found] : nullptr;
}

const Reservation* Policy::find_name(SharedNetworkIndex network, std::uint8_t kind,
                                     base::Bytes name) const {
  if ((named_kinds_ & 1U << kind) == 0) return nullptr;
  const auto find_in = [&](SharedNetworkIndex place) {
    const auto hash = lease::owner_of(owner_key_, place, kind, name).hash;
    return reservation_index_.find(ReservationIndex::key_of(hash));
  };
  auto found = find_in(network);
  if (!found && has_hosts_anywhere_) found = find_in(kAnywhere);
  return found ? &reservations_[*found] : nullptr;
}

const Reservation* Policy::find_reservation(SubnetIndex subnet,
                                            const std::optional<wire::MacAddress>& mac,
                                            const ClientNames& names) const {
  const SharedNetworkIndex network = subnets_[subnet].shared_network;
  const Reservation* found = nullptr;
  const auto look = [&](std::uint8_t kind, base::Bytes name) {
    if (found == nullptr && !name.empty()) found = find_name(network, kind, name);
  };
  look(name_kind::kClientIdentifier, names.client_identifier);
  look(name_kind::kUuid, names.uuid);
  if (!names.circuit_id.empty() && !names.remote_id.empty()) {
    name_kind::PairBuffer buffer;
    look(name_kind::kCircuitAndRemote,
         name_kind::pair_of(names.circuit_id, names.remote_id, buffer));
  }
  look(name_kind::kCircuit, names.circuit_id);
  look(name_kind::kRemote, names.remote_id);
  if (found != nullptr || !mac) return found;
  for (const Wildcard& wildcard : wildcards_) {
    if (wildcard.network == network && wildcard.mac.matches(*mac)) {
      return &reservations_[wildcard.reservation];
    }
  }
  return nullptr;
}

bool Policy::is_reserved_by_name(wire::Ipv4Address address) const {
  return std::ranges::binary_search(addresses_by_name_, address);
}

namespace {

bool is_for(const Pool& pool, ClassMask classes) {
  return !pool.classes || (*pool.classes & classes) != 0;
}

}  // namespace

bool Policy::allows(const Subnet& subnet, ClassMask classes, wire::Ipv4Address address) const {
  const Pool* pool = find_pool(address);
  return pool != nullptr && subnets_[pool->subnet].shared_network == subnet.shared_network &&
         is_for(*pool, classes);
}

std::span<const lease::PoolId> Policy::pools_for(const Subnet& subnet, ClassMask classes,
                                                 PoolRoom& room) const {
  if (!subnet.has_class_pools) return subnet.pools;
  std::size_t count = 0;
  for (const lease::PoolId id : subnet.pools) {
    if (is_for(pools_[id], classes)) room[count++] = id;
  }
  return std::span(room).first(count);
}

const Pool* Policy::find_pool(wire::Ipv4Address address) const {
  const auto slot = plan_.slot_of(address);
  if (!slot) return nullptr;
  const lease::PoolId id = plan_.pool_of(*slot);
  return id == lease::kNoPool ? nullptr : &pools_[id];
}

const Subnet& Policy::subnet_of(const Subnet& place, wire::Ipv4Address address) const {
  if (place.prefix.contains(address)) return place;
  const auto found = find_subnet(address);
  if (!found || subnets_[*found].shared_network != place.shared_network) return place;
  return subnets_[*found];
}

}  // namespace stentor::dhcp
