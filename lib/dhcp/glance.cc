// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/glance.h"

#include "dhcp/message.h"

namespace stentor::dhcp {

std::optional<lease::Owner> glance_at_owner(const Policy& policy, NetworkIndex network,
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
  return lease::owner_of(policy.owner_key(), policy.subnet(*subnet).owner_network, header.htype,
                         base::Bytes(header.chaddr).first(kEthernetHlen));
}

}  // namespace stentor::dhcp
