// SPDX-License-Identifier: BSD-3-Clause
// What keeps a port from being opened and can be seen beforehand.
#include <net/if.h>

#include "dpdk/interface.h"
#include "dpdk/interface_feature.h"
#include "dpdk/listening_socket.h"
#include "dpdk/port.h"
#include "dpdk/profile.h"
#include "dpdk/rights.h"

namespace stentor::dpdk {

namespace {

base::Result<void> check_rights(const PortOptions& options, std::initializer_list<Right> needed) {
  const std::string missing = missing_rights(needed);
  if (missing.empty()) return {};
  return base::failure("The device `" + options.device.text + "` takes rights that this process " +
                       "lacks (" + missing +
                       "): run as root, or grant them (systemd: AmbientCapabilities=).");
}

base::Result<void> check_interface(const PortOptions& options) {
  const auto facts = read_interface(options.device.name);
  if (!facts) return tl::unexpected(facts.error());
  if (facts->default_route && !options.take_over) {
    return base::failure("The interface `" + facts->name +
                         "` has the default route, and would be taken from the system: choose "
                         "another, or say " +
                         options.take_over_flag + ".");
  }
  if (options.silence.addresses.empty()) {
    return check_rights(options, {Right::network_admin, Right::raw_sockets});
  }
  return check_rights(options, {Right::network_admin, Right::raw_sockets, Right::programs});
}

// A TAP device that is there is taken by the driver as it is.
base::Result<void> check_tap_name(const PortOptions& options) {
  const std::string name(options.device.argument("iface"));
  if (name.empty() || ::if_nametoindex(name.c_str()) == 0 || interface_driver(name) == "tun") {
    return {};
  }
  return base::failure("There is an interface `" + name + "` already, and it is no TAP device: " +
                       "give `" + options.device.text + "` another `iface=`.");
}

base::Result<void> check_vdev(const PortOptions& options) {
  const Profile* profile = find_profile_by_vdev(options.device.name);
  if (profile == nullptr) return {};
  if (profile->name == "tap") {
    if (auto free = check_tap_name(options); !free) return free;
    return check_rights(options, {Right::network_admin});
  }
  if (profile->name == "af_packet" || profile->name == "af_xdp") {
    return check_rights(options, {Right::network_admin, Right::raw_sockets});
  }
  return {};
}

std::optional<ListeningSocket> socket_of(const config::DeviceSpec& device) {
  if (device.kind != config::DeviceKind::vdev) return std::nullopt;
  return listening_socket(device.name, device.arguments);
}

}  // namespace

void Port::abandon(const PortOptions& options) {
  if (const auto socket = socket_of(options.device)) abandon_listening_socket(*socket);
}

base::Result<void> Port::check(const PortOptions& options) {
  base::Result<void> checked = check_access(options);
  const auto socket = socket_of(options.device);
  if (checked && socket) checked = check_listening_socket(*socket);
  if (checked) return {};
  return base::failure("Port `" + options.name + "`: " + checked.error().sentence);
}

base::Result<void> Port::check_access(const PortOptions& options) {
  if (options.device.kind == config::DeviceKind::interface) return check_interface(options);
  if (options.device.kind == config::DeviceKind::vdev) return check_vdev(options);
  return {};
}

}  // namespace stentor::dpdk
