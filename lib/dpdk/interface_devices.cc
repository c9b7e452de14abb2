// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/interface_devices.h"

#include <algorithm>

namespace stentor::dpdk {

namespace {

constexpr unsigned kPageBytes = 4096;
constexpr unsigned kSlots = 1024;
constexpr unsigned kSlotHeaderBytes = 128;

}  // namespace

// Slots fill blocks, which are whole pages, without a gap: the driver looks for slot n at n times
// its length.
unsigned packet_slot_bytes(std::uint16_t mtu) {
  const unsigned needed = mtu + kFrameBytesAround + kSlotHeaderBytes;
  if (needed <= kPageBytes / 2) return kPageBytes / 2;
  return (needed + kPageBytes - 1) / kPageBytes * kPageBytes;
}

VirtualDevice af_packet_device(const std::string& interface, std::size_t queues,
                               std::uint16_t mtu) {
  const unsigned slot = packet_slot_bytes(mtu);
  return {"net_af_packet_" + interface, "iface=" + interface + ",qpairs=" + std::to_string(queues) +
                                            ",framesz=" + std::to_string(slot) + ",blocksz=" +
                                            std::to_string(std::max(slot, kPageBytes)) +
                                            ",framecnt=" + std::to_string(kSlots)};
}

std::vector<VirtualDevice> af_xdp_devices(const std::string& interface, std::size_t queues) {
  std::vector<VirtualDevice> devices;
  for (std::size_t i = 0; i < queues; ++i) {
    devices.push_back({"net_af_xdp_" + interface + "_" + std::to_string(i),
                       "iface=" + interface + ",start_queue=" + std::to_string(i) +
                           ",queue_count=1,busy_budget=0"});
  }
  return devices;
}

}  // namespace stentor::dpdk
