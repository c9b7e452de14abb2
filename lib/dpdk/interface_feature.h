// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The driver of an interface of the kernel, and one offload of it by the name that `ethtool -k`
// lists it under. Control thread.

#include <string>
#include <string_view>

namespace stentor::dpdk {

// IEEE 802.1ad tags are taken out of received frames, as rx-vlan-offload (ETH_FLAG_RXVLAN) does it
// with 802.1Q's.
inline constexpr std::string_view kServiceTagStripping = "rx-vlan-stag-hw-parse";

// The driver of an interface, "tun" of a TAP device; empty where it has no name.
[[nodiscard]] std::string interface_driver(const std::string& interface);

// False too where there is no such feature.
[[nodiscard]] bool interface_feature(const std::string& interface, std::string_view feature);

// Whether it is `on` afterwards, as asked; a driver may insist.
bool set_interface_feature(const std::string& interface, std::string_view feature, bool on);

}  // namespace stentor::dpdk
