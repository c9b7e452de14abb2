// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/glance.h"

#include <array>
#include <bit>
#include <cstring>

#include "dhcp/message.h"
#include "wire/flow_hash.h"

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
                DiscoverLimit::client_of(policy.owner_key(), address)};
}

std::optional<std::uint64_t> glance_at_client(std::uint64_t key, base::Bytes message) {
  if (message.size() < sizeof(Header)) return std::nullopt;
  const auto& header = *reinterpret_cast<const Header*>(message.data());
  std::array<std::uint64_t, 2> address{};
  std::memcpy(address.data(), header.chaddr.data(), sizeof address);
  return wire::mixed(key, address[0] ^ std::rotl(address[1], 32));
}

}  // namespace stentor::dhcp
