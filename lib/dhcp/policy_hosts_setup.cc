// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "config/name_kind.h"
#include "dhcp/policy.h"
#include "lease/table.h"

namespace stentor::dhcp {

namespace {

namespace name_kind = config::name_kind;

// MAC addresses, and each order of a UUID's bytes.
std::size_t keys_of(const config::HostIdentifiers& host) { return host.macs.size() + 4; }

// The first MAC address of a machine that may come with another one, or be known without it.
std::optional<wire::MacAddress> owner_of(const config::HostIdentifiers& host) {
  if (host.macs.size() < 2 && !config::has_names(host)) return std::nullopt;
  for (const config::MacPattern& mac : host.macs) {
    if (const auto whole = config::whole_mac(mac)) return whole;
  }
  return std::nullopt;
}

}  // namespace

void Policy::add_reservations(const config::Settings& settings) {
  std::size_t keys = 0;
  for (const config::Subnet& subnet : settings.dhcp.subnets) {
    for (const config::Reservation& configured : subnet.reservations) {
      keys += keys_of(configured.host);
    }
  }
  // Each order of a UUID's bytes is a key.
  const config::HostTable& table = settings.dhcp.hosts;
  for (const config::HostTable::Name& name : table.names) {
    keys += name.kind == name_kind::kUuid ? 2 : 1;
  }
  reservation_index_ = ReservationIndex(keys);
  for (std::size_t i = 0; i < settings.dhcp.subnets.size(); ++i) {
    for (const config::Reservation& configured : settings.dhcp.subnets[i].reservations) {
      const auto number = static_cast<std::uint32_t>(reservations_.size());
      Reservation& reservation = reservations_.emplace_back();
      reservation.address = configured.address;
      reservation.classes = configured.classes;
      reservation.owner = owner_of(configured.host);
      if (!configured.hostname.empty()) {
        const auto& kept =
            hostnames_.emplace_back(configured.hostname.begin(), configured.hostname.end());
        reservation.hostname = {kept.data(), kept.size()};
      }
      if (!configured.options.empty()) {
        reservation.options = &scoped_options_.emplace_back(configured.options);
      }
      if (configured.boot) reservation.boot = keep_target(*configured.boot);
      if (configured.address && config::has_names(configured.host)) {
        addresses_by_name_.push_back(*configured.address);
      }
      add_names(configured.host, subnets_[i].shared_network, number);
    }
  }
  add_hosts(table);
  std::ranges::sort(addresses_by_name_);
}

void Policy::add_hosts(const config::HostTable& table) {
  host_text_ = table.text;
  std::vector<const BootTarget*> targets;
  for (const std::string& file : table.boot_files) targets.push_back(keep_target({file, {}}));
  reservations_.reserve(reservations_.size() + table.hosts.size());
  for (std::size_t i = 0; i < table.hosts.size(); ++i) {
    const config::HostTable::Host& host = table.hosts[i];
    const auto number = static_cast<std::uint32_t>(reservations_.size());
    Reservation& reservation = reservations_.emplace_back();
    reservation.classes = host.classes;
    reservation.hostname = {host_text_.data() + host.hostname_at, host.hostname_bytes};
    if (host.boot != 0) reservation.boot = targets[host.boot - 1U];
    SharedNetworkIndex network = kAnywhere;
    if (!host.address.is_zero()) {
      reservation.address = host.address;
      network = subnets_[find_subnet(host.address).value()].shared_network;
    } else {
      has_hosts_anywhere_ = true;
    }
    const auto names = table.names_of(i);
    bool is_named = false;
    for (const config::HostTable::Name& name : names) {
      const base::Bytes bytes = table.bytes_of(name);
      add_name(network, name.kind, bytes, number);
      is_named |= name.kind != name_kind::kMac;
      if (names.size() < 2 || name.kind != name_kind::kMac || reservation.owner) continue;
      std::ranges::copy(bytes, reservation.owner.emplace().bytes.begin());
    }
    if (is_named && reservation.address) addresses_by_name_.push_back(host.address);
  }
}

void Policy::add_names(const config::HostIdentifiers& host, SharedNetworkIndex network,
                       std::uint32_t reservation) {
  config::for_each_name(host, [&](std::uint8_t kind, base::Bytes name) {
    add_name(network, kind, name, reservation);
  });
  for (const config::MacPattern& mac : host.macs) {
    if (!config::whole_mac(mac)) wildcards_.push_back({network, mac, reservation});
  }
}

void Policy::add_name(SharedNetworkIndex network, std::uint8_t kind, base::Bytes name,
                      std::uint32_t reservation) {
  if (kind == name_kind::kMac) {
    wire::MacAddress mac;
    std::ranges::copy(name, mac.bytes.begin());
    reservation_index_.add(ReservationIndex::key_of(network, mac), reservation);
    return;
  }
  named_kinds_ |= 1U << kind;
  if (kind == name_kind::kUuid) {
    // Firmware sends either order of its bytes.
    config::Uuid uuid;
    std::ranges::copy(name, uuid.begin());
    const config::Uuid other = config::turned(uuid);
    const auto hash = lease::owner_of(owner_key_, network, kind, other).hash;
    reservation_index_.add(ReservationIndex::key_of(hash), reservation);
  }
  const auto hash = lease::owner_of(owner_key_, network, kind, name).hash;
  reservation_index_.add(ReservationIndex::key_of(hash), reservation);
}

const BootTarget* Policy::keep_target(const config::BootTarget& target) {
  return &host_targets_.emplace_back(make_target(target));
}

}  // namespace stentor::dhcp
