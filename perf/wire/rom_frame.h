// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// DHCP of boot ROMs as whole frames, and the configuration of who answers it, for benchmarks
// without a device.

#include <string>

#include "support/dhcp_builder.h"
#include "support/frame_builder.h"

namespace stentor::perf {

// One port and one pool of the network, and no limit of what a client may ask.
inline std::string one_pool_config(const std::string& address, const std::string& network,
                                   const std::string& pool) {
  return R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: )" +
         address + R"(}]
dhcp:
  subnets:
    - {subnet: )" +
         network + ", pools: [" + pool + R"(]}
images: {root: /srv/images}
limits: {discovers-per-client: none}
)";
}

// A message of this type, with `more` behind the usual options. Whether its checksum is right is
// the device's to say.
inline support::ByteVector rom_frame(std::uint8_t type,
                                     const std::vector<support::DhcpOption>& more = {}) {
  support::DhcpSpec spec;
  spec.options = {{53, {type}},
                  {57, {0x05, 0xc0}},
                  {55, {1, 3, 6, 12, 15, 43, 54, 60, 66, 67}},
                  {60, support::text_value("PXEClient:Arch:00000:UNDI:002001")},
                  {93, {0, 0}},
                  {94, {1, 2, 1}}};
  spec.options.insert(spec.options.end(), more.begin(), more.end());
  return support::udp_frame({.destination = support::kBroadcastMac},
                            {.source = "0.0.0.0", .destination = "255.255.255.255"},
                            {.source_port = 68, .destination_port = 67},
                            support::dhcp_message(spec));
}

}  // namespace stentor::perf
