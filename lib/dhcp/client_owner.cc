// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/client_owner.h"

#include <algorithm>

namespace stentor::dhcp {

namespace {

wire::Parsed<Identity> identity_of(const Subnet& subnet, const Reservation* reservation,
                                   const Request& request) {
  if (reservation != nullptr && reservation->owner) {
    return Identity{kHtypeEthernet, reservation->owner->bytes};
  }
  const base::Bytes identifier = request.options.client_identifier;
  // RFC 2132 section 9.14: at least two bytes.
  if (subnet.by_client_identifier && identifier.size() >= 2) {
    return Identity{Identity::kClientIdentifier, identifier};
  }
  return request.identity();
}

}  // namespace

wire::Parsed<lease::Owner> owner_of_client(const Policy& policy, const Subnet& subnet,
                                           const Reservation* reservation, const Request& request) {
  const auto identity = identity_of(subnet, reservation, request);
  if (!identity) return wire::drop(identity.error());
  return lease::owner_of(policy.owner_key(), subnet.owner_network, identity->kind, identity->bytes);
}

std::optional<lease::Owner> owner_of_known(const Policy& policy, wire::Ipv4Address address,
                                           const KnownClient& client) {
  const auto place = policy.find_subnet(address);
  Header header{};
  if (!place || client.hardware.size() > header.chaddr.size()) return std::nullopt;
  header.htype = client.htype;
  header.hlen = static_cast<std::uint8_t>(client.hardware.size());
  std::ranges::copy(client.hardware, header.chaddr.begin());
  Request request{.header = &header, .options = {}};
  request.options.client_identifier = client.client_identifier;

  const auto mac = request.mac();
  const Reservation* reservation = mac ? policy.find_reservation(*place, *mac) : nullptr;
  if (reservation == nullptr && policy.has_named_hosts()) {
    reservation =
        policy.find_reservation(*place, mac, {.client_identifier = client.client_identifier});
  }
  const auto owner = owner_of_client(policy, policy.subnet(*place), reservation, request);
  return owner ? std::optional(*owner) : std::nullopt;
}

}  // namespace stentor::dhcp
