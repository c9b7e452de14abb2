// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The program that keeps the kernel silent about what the appliance answers, as BPF instructions.
// Pure: made from addresses and ports, loaded by kernel_silence.h, run by the kernel's traffic
// control on ingress (packet sockets have seen the frame by then, the kernel's stack has not).
//
// It drops ARP requests for our addresses, and what IPv4 brings to one of them: ICMP echo requests
// and UDP to our ports. All else passes: ssh on the same interface works on. Broadcast DHCP passes
// too: the kernel answers none, and a DHCP server beside us may want it.

#include <cstdint>
#include <linux/bpf.h>
#include <vector>

#include "config/limit.h"
#include "dpdk/port_blocks.h"
#include "wire/address.h"

namespace stentor::dpdk {

struct SilenceRules {
  std::vector<wire::Ipv4Address> addresses;  // ours, at most kSilencedAddressesMax
  std::vector<PortRange> udp_ports;          // at most kSilencedRangesMax
};

inline constexpr std::size_t kSilencedAddressesMax = config::kNetworksPerInterfaceMax;
inline constexpr std::size_t kSilencedRangesMax = 16;

// The rules must keep the limits above.
std::vector<bpf_insn> make_silence_program(const SilenceRules& rules);

}  // namespace stentor::dpdk
