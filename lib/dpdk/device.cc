// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/device.h"

#include <cerrno>
#include <cstring>
#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/device_spec.h"
#include "dpdk/eal_log.h"

namespace stentor::dpdk {

namespace {

// A server that was killed leaves its socket behind, and a new one cannot listen on it.
base::Result<void> clear_stale_socket(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) {
    return base::failure("`" + path + "` is in the way of a vhost socket: remove it.");
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::failure("The socket path `" + path + "` is longer than 107 bytes.");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answered =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const bool refused = !answered && errno == ECONNREFUSED;
  ::close(fd);
  if (answered) {
    return base::failure("Another process serves `" + path + "`: stop it, or choose another path.");
  }
  if (refused) ::unlink(path.c_str());
  return {};
}

bool is_vhost_server(const std::string& name, const config::DeviceSpec& device) {
  return (name.starts_with("net_vhost") || name.starts_with("eth_vhost")) &&
         device.argument("client") != "1";
}

}  // namespace

std::string dpdk_reason(int code) {
  std::string detail = take_dpdk_error();
  if (!detail.empty()) return detail;
  return rte_strerror(code < 0 ? -code : code);
}

base::Result<std::unique_ptr<Device>> Device::make_virtual(const std::string& name,
                                                           const std::string& arguments) {
  const config::DeviceSpec spec{config::DeviceKind::vdev, {}, name, arguments};
  if (is_vhost_server(name, spec)) {
    if (auto clear = clear_stale_socket(std::string(spec.argument("iface"))); !clear) {
      return tl::unexpected(clear.error());
    }
  }
  static_cast<void>(take_dpdk_error());
  const int code = rte_vdev_init(name.c_str(), arguments.c_str());
  if (code == -EEXIST) {
    return base::failure("Another port uses the name `" + name + "`: number them (net_vhost1).");
  }
  std::uint16_t id = 0;
  if (code != 0)
    return base::failure("The device " + name + " was refused: " + dpdk_reason(code) + ".");
  if (rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0) {
    rte_vdev_uninit(name.c_str());
    return base::failure("The device " + name + " is no network port.");
  }
  return std::unique_ptr<Device>(new Device(name, id, true));
}

base::Result<std::unique_ptr<Device>> Device::find_pci(const std::string& address) {
  static_cast<void>(take_dpdk_error());
  std::uint16_t id = 0;
  int code = rte_eth_dev_get_port_by_name(address.c_str(), &id);
  if (code != 0) {
    code = rte_dev_probe(address.c_str());
    if (code == 0) code = rte_eth_dev_get_port_by_name(address.c_str(), &id);
  }
  if (code != 0) {
    return base::failure("The PCI device " + address + " was not taken: " + dpdk_reason(code) +
                         "; look at it with `drivers-config/check-host.sh`.");
  }
  return std::unique_ptr<Device>(new Device(address, id, false));
}

Device::~Device() {
  rte_eth_dev_close(id_);
  if (virtual_) rte_vdev_uninit(name_.c_str());
}

}  // namespace stentor::dpdk
