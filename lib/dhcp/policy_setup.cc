// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>
#include <map>
#include <string>

#include "base/check.h"
#include "dhcp/message.h"
#include "dhcp/option_code.h"
#include "dhcp/policy.h"

namespace stentor::dhcp {

namespace {

lease::Plan make_plan(const config::Settings& settings) {
  std::vector<lease::PoolRange> pools;
  std::vector<wire::Ipv4Address> reserved;
  for (const config::Subnet& subnet : settings.dhcp.subnets) {
    for (const config::Pool& pool : subnet.pools) {
      pools.push_back({pool.range.first, pool.range.last});
      // Reserved to nobody.
      for (const config::AddressRange& excluded : pool.exclude) {
        for (std::uint64_t i = 0; i < size_of(excluded); ++i) {
          reserved.emplace_back(excluded.first.host() + static_cast<std::uint32_t>(i));
        }
      }
    }
    for (const config::Reservation& reservation : subnet.reservations) {
      if (reservation.address) reserved.push_back(*reservation.address);
    }
  }
  for (const config::HostTable::Host& host : settings.dhcp.hosts.hosts) {
    if (!host.address.is_zero()) reserved.push_back(host.address);
  }
  CHECK(pools.size() < lease::kNoPool);
  std::ranges::sort(reserved);
  reserved.erase(std::unique(reserved.begin(), reserved.end()), reserved.end());
  return lease::Plan(pools, reserved);
}

std::uint32_t to_seconds(base::Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  // All ones would mean "for ever" (RFC 2131 section 3.3).
  constexpr std::int64_t kLongest = std::numeric_limits<std::uint32_t>::max() - 1;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, kLongest));
}

config::DhcpOption address_option(std::uint8_t code, wire::Ipv4Address address) {
  config::DhcpOption option{code, std::vector<std::uint8_t>(4)};
  base::store_big_endian(option.value.data(), address.host());
  return option;
}

// What follows from a subnet's prefix, as long as nothing is configured in its place.
OptionSet make_defaults(const wire::Ipv4Prefix& prefix) {
  std::vector<config::DhcpOption> options{
      address_option(option::kSubnetMask, wire::Ipv4Address{prefix.mask()})};
  if (prefix.length < 31) {
    options.push_back(address_option(option::kBroadcastAddress, prefix.last()));
  }
  return OptionSet(options);
}

}  // namespace

Policy::Policy(const config::Settings& settings, const base::HashKey& owner_key, RelayGuard* guard)
    : owner_key_(owner_key),
      guard_(guard),
      plan_(make_plan(settings)),
      lease_seconds_{
          to_seconds(settings.dhcp.lease_time.standard), to_seconds(settings.dhcp.lease_time.min),
          to_seconds(settings.dhcp.lease_time.max), to_seconds(settings.dhcp.pxe_lease_time)},
      offer_hold_(settings.dhcp.offer_hold),
      decline_hold_(settings.dhcp.decline_hold),
      rapid_commit_(settings.dhcp.rapid_commit),
      bootp_dynamic_(settings.dhcp.bootp_dynamic),
      serves_unknown_(settings.limits.unknown_clients == config::UnknownClients::serve),
      min_secs_(settings.dhcp.min_secs),
      discovers_per_client_(settings.limits.discovers_per_client),
      conflict_check_(settings.dhcp.conflict_check),
      class_rules_(settings.dhcp.classes),
      quirk_profiles_(settings.dhcp.classes) {
  add_subnets(settings);
  add_networks(settings);
  add_pxe_classes(settings);
  add_relays(settings);
  add_reservations(settings);
  add_classes(settings);
  add_boot_rules(settings);
  sort_directories();
}

void Policy::add_pxe_classes(const config::Settings& settings) {
  for (const std::string& text : settings.dhcp.pxe_vendor_classes) {
    pxe_class_text_.insert(pxe_class_text_.end(), text.begin(), text.end());
  }
  const char* next = pxe_class_text_.data();
  for (const std::string& text : settings.dhcp.pxe_vendor_classes) {
    pxe_classes_.emplace_back(next, text.size());
    next += text.size();
  }
}

void Policy::add_subnets(const config::Settings& settings) {
  CHECK(settings.dhcp.subnets.size() <= std::numeric_limits<SubnetIndex>::max());
  for (const config::Subnet& configured : settings.dhcp.subnets) {
    const auto index = static_cast<SubnetIndex>(subnets_.size());
    Subnet& subnet = subnets_.emplace_back();
    subnet.prefix = configured.prefix;
    const auto shared = configured.shared_network;
    subnet.shared_network =
        static_cast<SharedNetworkIndex>(shared ? settings.dhcp.subnets.size() + *shared : index);
    subnet.authoritative = configured.authoritative;
    subnet.relayed = configured.relayed;
    subnet.by_client_identifier = configured.identify_by_client_id;
    has_relayed_modes_ = has_relayed_modes_ || configured.relayed.has_value();
    add_pools(configured, index);
    subnet.options = OptionSet(configured.options);
    if (shared) subnet.options.inherit(OptionSet(settings.dhcp.shared_networks[*shared].options));
    subnet.options.inherit(OptionSet(settings.dhcp.options));
    subnet.options.inherit(make_defaults(subnet.prefix));
    subnets_by_address_.push_back(index);
  }
  std::ranges::sort(subnets_by_address_, {},
                    [this](SubnetIndex index) { return subnets_[index].prefix.network(); });
  share_pools();
}

void Policy::add_pools(const config::Subnet& configured, SubnetIndex index) {
  for (const config::Pool& pool : configured.pools) {
    subnets_[index].pools.push_back(static_cast<lease::PoolId>(pools_.size()));
    subnets_[index].has_class_pools |= pool.classes.has_value();
    Pool& made = pools_.emplace_back(Pool{index, pool.classes});
    if (pool.options.empty()) continue;
    made.options = &scoped_options_.emplace_back(pool.options);
    has_pool_options_ = true;
  }
}

// Each subnet gets the pools of those that it shares its network with, behind its own. Leases are
// kept under the first address of them all, which does not depend on their order in the file.
void Policy::share_pools() {
  std::map<SharedNetworkIndex, std::vector<SubnetIndex>> networks;
  for (const SubnetIndex index : subnets_by_address_) {
    networks[subnets_[index].shared_network].push_back(index);
  }
  std::vector<std::size_t> own;
  for (const Subnet& subnet : subnets_) own.push_back(subnet.pools.size());
  for (const auto& [network, members] : networks) {
    const bool has_class_pools = std::ranges::any_of(
        members, [this](SubnetIndex index) { return subnets_[index].has_class_pools; });
    for (const SubnetIndex index : members) {
      Subnet& subnet = subnets_[index];
      subnet.owner_network = subnets_[members.front()].prefix.network().host();
      subnet.has_class_pools = has_class_pools;
      for (const SubnetIndex other : members) {
        const auto& theirs = subnets_[other].pools;
        const auto end = theirs.begin() + static_cast<std::ptrdiff_t>(own[other]);
        if (other != index) subnet.pools.insert(subnet.pools.end(), theirs.begin(), end);
      }
      CHECK(!has_class_pools || subnet.pools.size() <= PoolRoom().size());
    }
  }
}

void Policy::add_networks(const config::Settings& settings) {
  for (const config::Port& port : settings.ports) {
    for (const config::Network& network : port.networks) {
      const OwnAddress own{network.address.address};
      networks_.push_back({own, network.dhcp, find_subnet(own.address),
                           std::size_t{network.mtu} - kIpv4UdpHeaderBytes, network.address});
      own_addresses_.push_back(own);
    }
  }
  CHECK(networks_.size() <= std::numeric_limits<NetworkIndex>::max());
  std::ranges::sort(own_addresses_, {}, &OwnAddress::address);
}

void Policy::add_relays(const config::Settings& settings) {
  if (!settings.dhcp.relays) return;
  relays_.emplace();
  for (const config::Relay& configured : *settings.dhcp.relays) {
    const wire::Ipv4Address inside =
        configured.subnet ? configured.subnet->network() : configured.address;
    Relay relay{configured.address, find_subnet(inside),
                static_cast<std::uint32_t>(relay_links_.size())};
    for (const wire::Ipv4Prefix& link : configured.link_selection) {
      if (const auto subnet = find_subnet(link.network())) relay_links_.push_back(*subnet);
    }
    relay.links = static_cast<std::uint32_t>(relay_links_.size()) - relay.first_link;
    relay.may_query = configured.leasequery;
    std::ranges::sort(std::span(relay_links_).subspan(relay.first_link));
    if (!configured.keys.empty()) add_relay_keys(configured, relay);
    relays_->push_back(relay);
  }
  std::ranges::sort(*relays_, {}, &Relay::address);
}

void Policy::add_relay_keys(const config::Relay& configured, Relay& relay) {
  relay.first_key = static_cast<std::uint32_t>(relay_keys_.size());
  relay.keys = static_cast<std::uint32_t>(configured.keys.size());
  if (guard_ != nullptr) relay.filter = &guard_->filter_of(configured.address);
  for (const config::RelayKey& key : configured.keys) {
    relay_keys_.push_back({key.id, base::HmacKey::of(key.secret)});
  }
}

void Policy::add_classes(const config::Settings& settings) {
  std::string names;
  ClassMask bit = 1;
  for (const config::ClientClass& named : settings.dhcp.classes) {
    names += named.name + '\n';
    class_options_.emplace_back(named.options);
    if (!named.options.empty()) classes_with_options_ |= bit;
    bit <<= 1;
  }
  class_list_ = static_cast<std::uint32_t>(base::siphash64(owner_key_, base::as_bytes(names)));
}

}  // namespace stentor::dhcp
