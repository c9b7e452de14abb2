// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/device.h"

#include <cerrno>
#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_eth_bond.h>
#include <rte_ethdev.h>

#include "dpdk/eal_log.h"
#include "dpdk/interrupt_thread.h"
#include "dpdk/listening_socket.h"
#include "dpdk/profile.h"

namespace stentor::dpdk {

namespace {

// A driver that refuses an argument returns -1 and logs nothing: in words, "Operation not
// permitted".
std::string refusal_reason(int code, const std::string& arguments) {
  std::string detail = take_dpdk_error();
  if (!detail.empty()) return detail;
  if (code != -1 && code != -EINVAL) return rte_strerror(code < 0 ? -code : code);
  if (arguments.empty()) return "its driver does not say why";
  return "its driver does not say why; look at its arguments, `" + arguments + "`";
}

}  // namespace

std::string dpdk_reason(int code) {
  std::string detail = take_dpdk_error();
  if (!detail.empty()) return detail;
  return rte_strerror(code < 0 ? -code : code);
}

base::Result<std::unique_ptr<Device>> Device::attach(config::DeviceKind kind,
                                                     const VirtualDevice& device) {
  return kind == config::DeviceKind::pci ? find_pci(device.name)
                                         : make_virtual(device.name, device.arguments);
}

base::Result<std::unique_ptr<Device>> Device::make_virtual(const std::string& name,
                                                           const std::string& arguments) {
  const auto socket = listening_socket(name, arguments);
  if (socket) {
    if (auto clear = clear_listening_socket(*socket); !clear) {
      return tl::unexpected(clear.error());
    }
  }
  static_cast<void>(take_dpdk_error());
  const int code = rte_vdev_init(name.c_str(), arguments.c_str());
  if (code == -EEXIST) {
    return base::failure("Another port uses the name `" + name + "`: number them (net_vhost1).");
  }
  std::uint16_t id = 0;
  // What virtio-user leaves when its peer does not speak its language.
  if (code != 0 && socket && !socket->shared) abandon_listening_socket(*socket);
  if (code != 0)
    return base::failure("The device " + name + " was refused: " + refusal_reason(code, arguments) +
                         ".");
  if (rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0) {
    rte_vdev_uninit(name.c_str());
    return base::failure("The device " + name + " is no network port.");
  }
  return std::unique_ptr<Device>(new Device(name, id, true));
}

// Made by its arguments alone it would want its members among them.
base::Result<std::unique_ptr<Device>> Device::make_bond(const std::string& name,
                                                        std::uint8_t mode) {
  static_cast<void>(take_dpdk_error());
  const int id = rte_eth_bond_create(name.c_str(), mode, 0);
  if (id < 0) {
    return base::failure("The bond " + name + " was refused: " + dpdk_reason(id) + ".");
  }
  return std::unique_ptr<Device>(new Device(name, static_cast<std::uint16_t>(id), true));
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

Device::Device(std::string name, std::uint16_t id, bool is_virtual)
    : name_(std::move(name)), id_(id), virtual_(is_virtual) {
  const Profile* profile = is_virtual ? find_profile_by_vdev(name_) : nullptr;
  unmaps_rings_ = profile != nullptr && profile->unmaps_rings;
}

// A driver that tidies up when its peer goes does the same in both: on one thread they cannot meet.
// And nothing comes between the two: a peer that did would be one that memif's close does not part
// with, and whose end is looked for in rings that are gone.
Device::~Device() {
  const auto end = [this] {
    rte_eth_dev_stop(id_);
    rte_eth_dev_close(id_);
  };
  unmaps_rings_ ? on_interrupt_thread(end) : end();
  if (virtual_) rte_vdev_uninit(name_.c_str());
}

}  // namespace stentor::dpdk
