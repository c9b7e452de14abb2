// SPDX-License-Identifier: BSD-3-Clause
// What keeps a port from being opened and can be seen beforehand.
#include <algorithm>
#include <array>
#include <net/if.h>

#include "dpdk/interface.h"
#include "dpdk/interface_feature.h"
#include "dpdk/interface_link.h"
#include "dpdk/interface_route.h"
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

base::Result<void> check_route(const PortOptions& options, const std::string& interface,
                               bool is_default) {
  if (!is_default || options.take_over) return {};
  return base::failure("The interface `" + interface +
                       "` has the default route, and would be taken from the system: choose "
                       "another, or say " +
                       options.take_over_flag + ".");
}

base::Result<void> check_interface(const PortOptions& options) {
  const auto facts = read_interface(options.device.name);
  if (!facts) return tl::unexpected(facts.error());
  if (auto free = check_route(options, facts->name, facts->default_route); !free) return free;
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

// Whether there has to be such an interface, its driver knows.
base::Result<void> check_named_interface(const PortOptions& options, const std::string& name) {
  const auto link = find_interface(name);
  if (!link) return {};
  const auto routes = read_interface_routes(link->index);
  if (!routes) return tl::unexpected(routes.error());
  return check_route(options, link->name, routes->has_default);
}

constexpr std::array<std::string_view, 2> kInterfaceKeys{"iface=", "remote="};

// What a virtual device calls an interface of the kernel: the one that af_packet, af_xdp and tap
// serve by, or that a TAP mirrors. Each time that a key stands there: a driver may read the last.
base::Result<void> check_named_interfaces(const PortOptions& options) {
  std::string_view rest = options.device.arguments;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    for (const std::string_view key : kInterfaceKeys) {
      if (!word.starts_with(key)) continue;
      const std::string name(word.substr(key.size()));
      if (auto free = check_named_interface(options, name); !free) return free;
    }
  }
  return {};
}

base::Result<void> check_vdev(const PortOptions& options) {
  const Profile* profile = find_profile_by_vdev(options.device.name);
  if (profile == nullptr) return {};
  // There `iface=` is the path of a socket.
  if (profile->name != "vhost") {
    if (auto free = check_named_interfaces(options); !free) return free;
  }
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
  for (const config::DeviceSpec& device : options.device.devices()) {
    if (const auto socket = socket_of(device)) abandon_listening_socket(*socket);
  }
}

base::Result<void> Port::check(const PortOptions& options) {
  base::Result<void> checked = check_access(options);
  for (const config::DeviceSpec& device : options.device.devices()) {
    const auto socket = socket_of(device);
    if (checked && socket) checked = check_listening_socket(*socket);
  }
  if (checked) return {};
  return base::failure("Port `" + options.name + "`: " + checked.error().sentence);
}

base::Result<void> Port::check_access(const PortOptions& options) {
  if (options.device.kind == config::DeviceKind::interface) return check_interface(options);
  for (const config::DeviceSpec& device : options.device.devices()) {
    if (device.kind != config::DeviceKind::vdev) continue;
    PortOptions own = options;
    own.device = device;
    if (auto checked = check_vdev(own); !checked) return checked;
  }
  return {};
}

}  // namespace stentor::dpdk
