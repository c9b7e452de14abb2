// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/client_note.h"

#include "dhcp/boot.h"

namespace stentor::dhcp {

namespace {

lease::ClientFacts facts_of(const Exchange& exchange, const BootFile* file) {
  return {.classes = exchange.subject.classes,
          .class_list = exchange.policy.class_list(),
          .serial = exchange.request.serial(),
          .mac = exchange.request.mac(),
          .boot_directory = file != nullptr ? file->directory : 0};
}

// Whether the frames of the client's TFTP requests will have the source that this one has.
bool is_on_link(const Exchange& exchange) {
  const Arrival& arrival = exchange.arrival;
  if (!exchange.request.giaddr().is_zero()) return false;
  return arrival.source.is_zero() ||
         exchange.policy.network(arrival.network).prefix.contains(arrival.source);
}

}  // namespace

Fetcher fetcher_of(const Exchange& exchange, const BootFile& file, wire::Ipv4Address granted) {
  Fetcher fetcher;
  const bool is_known = !granted.is_zero() || is_on_link(exchange);
  if (exchange.clients != nullptr && is_known) fetcher.facts = facts_of(exchange, &file);
  const wire::Ipv4Address address = granted.is_zero() ? exchange.request.ciaddr() : granted;
  if (!address.is_zero()) fetcher.address = address;
  return fetcher;
}

bool note_lease(const Exchange& exchange, const lease::Owner& owner, wire::Ipv4Address address,
                const BootFile* file) {
  if (exchange.clients == nullptr) return true;
  return exchange.clients->note_lease(exchange.leases, address, owner, facts_of(exchange, file),
                                      exchange.arrival.now);
}

bool note_unleased(const Exchange& exchange, const BootFile* file) {
  if (exchange.clients == nullptr || !is_on_link(exchange)) return true;
  return exchange.clients->note_unleased(exchange.arrival.network, exchange.arrival.source_mac,
                                         facts_of(exchange, file), exchange.arrival.now);
}

bool note_boot_server(const Exchange& exchange, const BootFile* file) {
  if (exchange.clients == nullptr || exchange.subnet == nullptr) {
    return note_unleased(exchange, file);
  }
  const wire::Ipv4Address address = exchange.request.ciaddr();
  const auto owner = find_owner(exchange);
  if (!owner || !exchange.leases.is_owner(address, *owner)) return note_unleased(exchange, file);
  return note_lease(exchange, *owner, address, file);
}

}  // namespace stentor::dhcp
