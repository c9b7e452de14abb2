// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The virtual devices that stand for an interface of the kernel, and the lengths that they want.

#include <cstdint>
#include <string>
#include <vector>

#include "dpdk/device.h"

namespace stentor::dpdk {

// Around the MTU: Ethernet header, two VLAN tags, and the check sequence that some devices deliver.
inline constexpr unsigned kFrameBytesAround = 14 + 8 + 4;
// The longest that a frame's buffer holds: DPDK counts its room, and the headroom of 128 bytes in
// it, in 16 bits.
inline constexpr std::uint16_t kMtuMax = 65535 - 128 - kFrameBytesAround;

// The same of an interface, whose frames also stand in slots of whole pages (packet_slot_bytes),
// and 16 of those are a byte more than 16 bits count.
inline constexpr std::uint16_t kInterfaceMtuMax = 15 * 4096 - 128 - kFrameBytesAround;

// A slot of a packet socket's ring: the longest frame, and the header before it. The driver wants
// mbufs as long as that.
[[nodiscard]] unsigned packet_slot_bytes(std::uint16_t mtu);

[[nodiscard]] VirtualDevice af_packet_device(const std::string& interface, std::size_t queues,
                                             std::uint16_t mtu);

// One a queue: the driver counts combined channels alone, and takes an interface whose receive and
// transmit queues are apart (veth) for one with a single queue.
[[nodiscard]] std::vector<VirtualDevice> af_xdp_devices(const std::string& interface,
                                                        std::size_t queues);

}  // namespace stentor::dpdk
