// SPDX-License-Identifier: BSD-3-Clause
// Leases: the table for who has what, the disk for who that is.
#include <algorithm>

#include "appliance_report.h"
#include "dhcp/client_owner.h"
#include "store/lease_reader.h"
#include "store/lease_text.h"

namespace stentor {

namespace {

void fill_in(control::LeaseRow& row, const lease::LeaseChange& said) {
  store::LeaseText text(said);
  row.htype = said.htype;
  row.mac = std::move(text.mac);
  row.hostname = std::move(text.hostname);
  row.client_id = std::move(text.client_id);
  row.circuit_id = std::move(text.circuit_id);
  row.remote_id = std::move(text.remote_id);
}

}  // namespace

control::LeasePiece ApplianceReport::leases(wire::Ipv4Address from, std::uint32_t slots,
                                            base::Time now) const {
  const lease::Table& table = appliance_.tables_->current();
  control::LeasePiece piece;
  std::uint32_t looked = 0;
  for (const lease::Plan::Run& run : appliance_.tables_->plan().runs()) {
    if (run.last < from.host()) continue;
    for (std::uint64_t host = std::max(run.first, from.host()); host <= run.last; ++host) {
      const wire::Ipv4Address address{static_cast<std::uint32_t>(host)};
      if (looked++ == slots) {
        piece.next = address;
        return piece;
      }
      const auto lease = table.at(address);
      if (!lease || lease->state == lease::State::free || lease->expiry <= now) continue;
      piece.rows.push_back({.lease = *lease, .owner = table.owner_at(address)});
    }
  }
  return piece;
}

lease::Table::CensusPiece ApplianceReport::census(wire::Ipv4Address first, wire::Ipv4Address last,
                                                  std::uint32_t slots, base::Time now) const {
  return appliance_.tables_->current().census(first, last, slots, now);
}

std::vector<wire::Ipv4Prefix> ApplianceReport::subnets() const {
  std::vector<wire::Ipv4Prefix> prefixes;
  for (const config::Subnet& subnet : appliance_.settings_.dhcp.subnets) {
    prefixes.push_back(subnet.prefix);
  }
  return prefixes;
}

// A machine has a lease in each (shared) network that it was in.
std::vector<wire::Ipv4Address> ApplianceReport::addresses_of(const wire::MacAddress& mac) const {
  const dhcp::KnownClient client{.htype = dhcp::kHtypeEthernet, .hardware = mac.bytes};
  std::vector<wire::Ipv4Address> addresses;
  for (const config::Subnet& subnet : appliance_.settings_.dhcp.subnets) {
    const auto owner = dhcp::owner_of_known(appliance_.snapshots_->latest().policy,
                                            subnet.prefix.network(), client);
    const auto lease = owner ? appliance_.tables_->current().find(*owner) : std::nullopt;
    if (lease) addresses.push_back(lease->address);
  }
  std::ranges::sort(addresses);
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

// A record of somebody who had the address before says nothing of who has it now.
void ApplianceReport::add_details(std::vector<control::LeaseRow>& rows) const {
  if (!appliance_.store_ || rows.empty()) return;
  auto reader = store::LeaseReader::open(appliance_.store_->path());
  if (!reader) return;
  const store::ClockPair clocks = store::ClockPair::now();
  for (control::LeaseRow& row : rows) {
    if (!row.owner) continue;
    const auto record = reader->find(row.lease.address, clocks);
    if (record && record->change.owner == *row.owner) fill_in(row, record->change);
  }
}

}  // namespace stentor
