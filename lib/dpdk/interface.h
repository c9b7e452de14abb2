// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A network interface of the kernel: what it is, and the loan of it. Control thread.
//
// Asks by ioctl and netlink, never by /sys/class/net: a sysfs shows the interfaces of the network
// namespace that it was mounted in, not ours. What it says of PCI devices is the same in all.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "dpdk/log.h"
#include "wire/address.h"

namespace stentor::dpdk {

struct InterfaceFacts {
  std::string name;  // the kernel's, by whichever it was asked
  unsigned index = 0;
  wire::MacAddress mac;
  std::uint16_t mtu = 1500;   // as much of it as can be served
  unsigned channels = 1;      // receive queues in use
  unsigned channels_max = 1;  // as many as it can have
  int node = -1;              // NUMA node of its device; -1: unknown, or none
  // interface_route.h
  bool default_route = false;
  std::optional<wire::Ipv4Address> gateway{};
};

// `name` may be an alternative one (interface_link.h). Everything else here wants the kernel's.
// Errors: there is none, or it is not Ethernet.
base::Result<InterfaceFacts> read_interface(const std::string& name);

// Up, and with a carrier. False too when it has vanished.
[[nodiscard]] bool interface_running(const std::string& name);

// Holds an interface, and puts it back as it was: up or down, number of channels, VLAN stripping,
// XDP program.
class InterfaceLoan {
 public:
  // Brings it up if it is down. `channels`: how many receive queues it is to have from now on.
  static base::Result<std::unique_ptr<InterfaceLoan>> take(const std::string& name,
                                                           unsigned channels, const Log& log);
  ~InterfaceLoan();
  InterfaceLoan(const InterfaceLoan&) = delete;
  InterfaceLoan& operator=(const InterfaceLoan&) = delete;

  // An XDP socket loses the tags that the device strips, 802.1Q's and 802.1ad's: leaves them in the
  // frame. False when the device insists. A veth's peer may still send tags beside the frame
  // (tx-vlan-offload, tx-vlan-stag-hw-insert of the peer): those nobody here can bring back.
  bool keep_vlan_tags();
  // Removes an XDP program that was not there when the loan began.
  void remove_xdp();

 private:
  InterfaceLoan(std::string name, InterfaceFacts facts, const Log& log);

  std::string name_;
  InterfaceFacts before_;
  Log log_;
  std::uint32_t xdp_before_ = 0;
  std::optional<short> flags_before_;             // set once they are read
  std::optional<std::uint32_t> features_before_;  // set when changed
  bool service_tags_changed_ = false;
  bool channels_changed_ = false;
};

}  // namespace stentor::dpdk
