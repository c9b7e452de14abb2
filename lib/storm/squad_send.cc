// SPDX-License-Identifier: BSD-3-Clause
#include "base/check.h"
#include "storm/squad.h"

namespace stentor::storm {

wire::Link Squad::link_to(const Machine& machine, const wire::MacAddress& source,
                          const wire::MacAddress& destination) const {
  constexpr std::uint16_t kTpid = 0x8100;
  wire::Link link{.destination = destination, .source = source, .tags = {}, .tag_count = 0};
  if (machine.vlan != 0) {
    link.tags[0] = {kTpid, machine.vlan};
    link.tag_count = 1;
  }
  return link;
}

// The router's, of a machine behind one.
const wire::MacAddress& Squad::source_mac(std::uint32_t local) const {
  const RelayPlan* relay = relay_of(local);
  return relay != nullptr ? relay->mac : machines_[local].dhcp.mac();
}

std::uint8_t* Squad::payload_of(const Machine& machine) {
  return outbox_.next().data() + machine.link_bytes + wire::kIpv4HeaderBytes +
         wire::kUdpHeaderBytes;
}

void Squad::commit_udp(std::uint32_t local, const wire::Link& link, const wire::UdpFlow& flow,
                       std::size_t payload_bytes) {
  const std::size_t length = wire::write_udp_frame(outbox_.next(), link, flow, payload_bytes);
  CHECK(length != 0);
  outbox_.commit(length, local);
}

}  // namespace stentor::storm
