// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/client_note.h"

#include "dhcp/boot.h"

namespace stentor::dhcp {

namespace {

lease::ClientFacts facts_of(const Exchange& exchange, const BootTarget* target) {
  return {.classes = exchange.classes,
          .class_list = exchange.policy.class_list(),
          .serial = exchange.request.serial(),
          .mac = exchange.request.mac(),
          .boot_directory = target != nullptr ? target->directory : 0};
}

// Whether the frames of the client's TFTP requests will have the source that this one has.
bool is_on_link(const Exchange& exchange) {
  const Arrival& arrival = exchange.arrival;
  if (!exchange.request.giaddr().is_zero()) return false;
  return arrival.source.is_zero() ||
         exchange.policy.network(arrival.network).prefix.contains(arrival.source);
}

}  // namespace

Fetcher fetcher_of(const Exchange& exchange, const BootTarget& target, wire::Ipv4Address granted) {
  Fetcher fetcher;
  const bool is_known = !granted.is_zero() || is_on_link(exchange);
  if (exchange.clients != nullptr && is_known) fetcher.facts = facts_of(exchange, &target);
  const wire::Ipv4Address address = granted.is_zero() ? exchange.request.ciaddr() : granted;
  if (!address.is_zero()) fetcher.address = address;
  return fetcher;
}

bool note_lease(const Exchange& exchange, const lease::Owner& owner, wire::Ipv4Address address) {
  if (exchange.clients == nullptr) return true;
  return exchange.clients->note_lease(
      address, owner, facts_of(exchange, find_boot_target(exchange)), exchange.arrival.now);
}

bool note_unleased(const Exchange& exchange, const BootTarget* target) {
  if (exchange.clients == nullptr || !is_on_link(exchange)) return true;
  return exchange.clients->note_unleased(exchange.arrival.network, exchange.arrival.source_mac,
                                         facts_of(exchange, target), exchange.arrival.now);
}

}  // namespace stentor::dhcp
