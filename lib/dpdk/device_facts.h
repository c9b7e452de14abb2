// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What can be known of a device before DPDK runs: the placement of workers needs it, and DPDK needs
// the placement. Control thread.

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "config/device_spec.h"

namespace stentor::dpdk {

struct DeviceFacts {
  int node = -1;                       // NUMA node; -1: none in particular
  std::uint16_t queues = 1;            // as many as may be used
  bool every_queue = false;            // all of `queues` must be polled, by however few workers
  std::optional<std::uint16_t> mtu{};  // of an interface of the kernel; else Port::open finds out
};

// Why this device cannot be one of a bond; empty: it can, as far as is known.
std::string bond_fault(const config::DeviceSpec& member);

// `queues`: of the configuration; absent: auto. Errors: no such device, held by the kernel's driver
// (with the command that binds it), more queues than it has.
base::Result<DeviceFacts> inspect(const config::DeviceSpec& device,
                                  std::optional<std::uint16_t> queues);

}  // namespace stentor::dpdk
