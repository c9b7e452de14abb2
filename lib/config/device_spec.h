// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `ports[].device`, taken apart: which device, and of which kind.
//
//   0000:3b:00.0               a PCI address (the domain may be left out)
//   interface:eth1             an interface of the kernel: AF_XDP where it works, else AF_PACKET
//   vdev:net_vhost0,iface=...  a virtual device of DPDK with its arguments
//   a list of the first and the last  a bond of them (IEEE 802.1AX)
//
// Whether there is such a device, and whether this build can drive it, is not known here.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace stentor::config {

enum class DeviceKind : std::uint8_t { pci, interface, vdev, bond };

enum class BondMode : std::uint8_t {
  active_backup,  // one carries all, until its link goes
  lacp,           // all do, as far as the switch agrees
};

struct DeviceSpec {
  DeviceKind kind = DeviceKind::vdev;
  std::string text;       // as written
  std::string name;       // "0000:3b:00.0", "eth1", "net_vhost0"; one spelling a device
  std::string arguments;  // of a virtual device: "iface=/run/x.sock,queues=2"; may be empty
  // Of a bond, whose `name` is its text.
  std::vector<DeviceSpec> members{};
  BondMode mode = BondMode::active_backup;

  // Error: what is wrong with the text, as part of a sentence; empty where it resembles no device.
  [[nodiscard]] static tl::expected<DeviceSpec, std::string> parse(std::string_view text);

  // The value of `key=` in `arguments`; empty when there is none.
  [[nodiscard]] std::string_view argument(std::string_view key) const;
  // Those of a bond, or itself.
  [[nodiscard]] std::span<const DeviceSpec> devices() const {
    return kind == DeviceKind::bond ? std::span(members) : std::span(this, 1);
  }
};

}  // namespace stentor::config
