// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/glance.h"

#include <algorithm>

#include "dhcp/message.h"
#include "dhcp/request.h"

namespace stentor::dhcp {

std::optional<Sender> glance_at_sender(const Policy& policy, NetworkIndex network,
                                       base::Bytes message) {
  if (message.size() < sizeof(Header)) return std::nullopt;
  const auto& header = *reinterpret_cast<const Header*>(message.data());
  if (header.htype != kHtypeEthernet || header.hlen != kEthernetHlen) return std::nullopt;
  std::optional<SubnetIndex> subnet = policy.network(network).subnet;
  if (header.giaddr.host() != 0) {
    const auto relay = policy.find_relay(wire::Ipv4Address{header.giaddr});
    subnet = relay ? relay->subnet : std::nullopt;
  }
  if (!subnet) return std::nullopt;
  const base::Bytes address = base::Bytes(header.chaddr).first(kEthernetHlen);
  return Sender{lease::owner_of(policy.owner_key(), policy.subnet(*subnet).owner_network,
                                header.htype, address),
                client_hash(policy.owner_key(), address)};
}

std::optional<std::uint64_t> glance_at_client(const base::HashKey& key, base::Bytes message) {
  if (message.size() < sizeof(Header)) return std::nullopt;
  const auto& header = *reinterpret_cast<const Header*>(message.data());
  const std::size_t bytes = std::min<std::size_t>(header.hlen, header.chaddr.size());
  return client_hash(key, base::Bytes(header.chaddr).first(bytes));
}

}  // namespace stentor::dhcp
