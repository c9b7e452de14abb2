// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One device attached to DPDK, and detached at the end. Control thread.

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "config/device_spec.h"

namespace stentor::dpdk {

// What a virtual device is made from; of a PCI device, its address.
struct VirtualDevice {
  std::string name;
  std::string arguments;
};

class Device {
 public:
  // One of the next two.
  static base::Result<std::unique_ptr<Device>> attach(config::DeviceKind kind,
                                                      const VirtualDevice& device);
  // A virtual device, made now. What a killed server left of its socket is removed first.
  static base::Result<std::unique_ptr<Device>> make_virtual(const std::string& name,
                                                            const std::string& arguments);
  // Of DPDK's bonding driver, in one of its modes; without members.
  static base::Result<std::unique_ptr<Device>> make_bond(const std::string& name,
                                                         std::uint8_t mode);
  // A PCI device that Eal::start() was told of.
  static base::Result<std::unique_ptr<Device>> find_pci(const std::string& address);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] std::uint16_t id() const { return id_; }  // DPDK's port number

 private:
  Device(std::string name, std::uint16_t id, bool is_virtual);

  std::string name_;
  std::uint16_t id_;
  bool virtual_;
  bool unmaps_rings_;  // profile.h
};

// Why the last DPDK call failed: its own words, else `code` (a negated errno) in words.
[[nodiscard]] std::string dpdk_reason(int code);

}  // namespace stentor::dpdk
