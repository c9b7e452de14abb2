// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Brings the outer tag of IEEE 802.1ad through the kernel to a packet socket. Control thread;
// restore_service_tag() any worker.
//
// The kernel takes the outermost VLAN tag out of a frame before a packet socket gets it, whatever
// the device's offloads are, and DPDK's af_packet driver puts it back as an 802.1Q tag: 0x88a8
// becomes 0x8100, and a reply with the request's tags would not reach a client behind a provider
// bridge. So an XDP program, which runs before that, gives such a tag an EtherType that the kernel
// takes for no tag's, and the worker gives it its own again.
//
// It sees tags that are in the frame: the device must not strip them (InterfaceLoan), and what a
// veth's peer sends beside the frame it cannot see. It marks every frame of 802.1ad that the
// interface receives: the host's own 802.1ad devices there hear nothing meanwhile, and tcpdump
// shows the marked EtherType. So it is for interfaces with a network under two tags alone.

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"

namespace stentor::dpdk {

inline constexpr std::uint16_t kServiceTag = 0x88a8;
// IEEE 802, local experimental EtherType 2: no protocol's. It is seen on this host alone.
inline constexpr std::uint16_t kServiceTagInTransit = 0x88b6;

class ServiceTags {
 public:
  // The program goes with the object, and with the process however that ends. Errors: the
  // interface has a program of somebody else, or the kernel refuses.
  static base::Result<std::unique_ptr<ServiceTags>> attach(const std::string& interface);
  ~ServiceTags();
  ServiceTags(const ServiceTags&) = delete;
  ServiceTags& operator=(const ServiceTags&) = delete;

 private:
  explicit ServiceTags(int link) : link_(link) {}

  int link_;  // bpf(2), BPF_LINK_CREATE
};

// On a frame of at least 14 bytes, in place.
inline void restore_service_tag(std::uint8_t* frame) {
  if (frame[12] != kServiceTagInTransit >> 8 || frame[13] != (kServiceTagInTransit & 0xff)) return;
  frame[12] = kServiceTag >> 8;
  frame[13] = kServiceTag & 0xff;
}

}  // namespace stentor::dpdk
