// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `ports[].device` of the configuration, taken apart: which device, and of which kind.
//
//   0000:3b:00.0               a PCI address (the domain may be left out)
//   interface:eth1             an interface of the kernel: AF_XDP where it works, else AF_PACKET
//   vdev:net_vhost0,iface=...  a virtual device of DPDK with its arguments

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace stentor::dpdk {

enum class DeviceKind : std::uint8_t { pci, interface, vdev };

struct DeviceSpec {
  DeviceKind kind = DeviceKind::vdev;
  std::string text;       // as written
  std::string name;       // "0000:3b:00.0", "eth1", "net_vhost0"
  std::string arguments;  // of a virtual device: "iface=/run/x.sock,queues=2"; may be empty

  // Errors: what is wrong with the text, and what a device looks like.
  static base::Result<DeviceSpec> parse(std::string_view text);

  // The value of `key=` in `arguments`; empty when there is none.
  [[nodiscard]] std::string_view argument(std::string_view key) const;
};

}  // namespace stentor::dpdk
