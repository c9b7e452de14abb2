// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/device_facts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "config/limit.h"
#include "dpdk/interface.h"
#include "dpdk/profile.h"

namespace stentor::dpdk {

namespace {

namespace fs = std::filesystem;

// "0x8086" as "8086".
std::string read_pci_number(const fs::path& path) {
  std::ifstream file(path);
  std::string text;
  file >> text;
  return text.starts_with("0x") ? text.substr(2) : text;
}

base::Result<std::uint16_t> choose_queues(const config::DeviceSpec& device,
                                          std::optional<std::uint16_t> wanted, unsigned automatic,
                                          unsigned most) {
  most = std::min<unsigned>(most, config::kQueuesMax);
  const unsigned queues = wanted ? *wanted : std::min(automatic, most);
  if (queues == 0 || queues > most) {
    return base::failure("The device `" + device.text + "` has 1 to " + std::to_string(most) +
                         " queues, not " + std::to_string(queues) +
                         ": change the port's `queues`.");
  }
  return static_cast<std::uint16_t>(queues);
}

base::Result<DeviceFacts> inspect_pci(const config::DeviceSpec& device,
                                      std::optional<std::uint16_t> wanted) {
  const fs::path path = fs::path("/sys/bus/pci/devices") / device.name;
  std::error_code error;
  if (!fs::exists(path, error)) {
    return base::failure("There is no PCI device " + device.name + ": see `lspci -D`.");
  }
  const Profile* profile = find_profile_by_pci(read_pci_number(path / "vendor") + ":" +
                                               read_pci_number(path / "device"));
  const fs::path driver = fs::read_symlink(path / "driver", error).filename();
  const bool bound = driver == "vfio-pci" || driver == "uio_pci_generic" || driver == "igb_uio";
  const bool bifurcated = driver == "mlx5_core" || driver == "mlx4_core";
  if (bifurcated && find_profile_by_driver("mlx5_pci") == nullptr) {
    return base::failure("The device " + device.name +
                         " needs the mlx drivers: build with `-Ddrivers=virtual,physical,rdma`.");
  }
  if (!bound && !bifurcated) {
    const std::string holder =
        driver.empty() ? "has no driver" : "is held by the kernel's driver " + driver.string();
    return base::failure("The device " + device.name + " " + holder +
                         ": bind it with `drivers-config/bind.sh " + device.name + "`.");
  }
  const unsigned most = profile == nullptr ? config::kQueuesMax : profile->queues_max;
  const auto queues = choose_queues(device, wanted, most, most);
  if (!queues) return tl::unexpected(queues.error());
  DeviceFacts facts;
  facts.queues = *queues;
  std::ifstream node(path / "numa_node");
  if (!(node >> facts.node)) facts.node = -1;
  return facts;
}

base::Result<DeviceFacts> inspect_interface(const config::DeviceSpec& device,
                                            std::optional<std::uint16_t> wanted) {
  const auto interface = read_interface(device.name);
  if (!interface) return tl::unexpected(interface.error());
  const auto queues = choose_queues(device, wanted, interface->channels, interface->channels_max);
  if (!queues) return tl::unexpected(queues.error());
  return DeviceFacts{interface->node, *queues, true, interface->mtu};
}

base::Result<DeviceFacts> inspect_vdev(const config::DeviceSpec& device,
                                       std::optional<std::uint16_t> wanted) {
  const Profile* profile = find_profile_by_vdev(device.name);
  if (profile == nullptr) {
    return base::failure("The device `" + device.text +
                         "` is of no family that this build links: it links " + vdev_names() + ".");
  }
  if (profile->name == "vhost" && device.argument("iface").empty()) {
    return base::failure("The device `" + device.text +
                         "` does not say where its socket is: add `,iface=PATH`.");
  }
  unsigned automatic = 1;
  unsigned most = profile->queues_max;
  // What the device's own arguments say is the limit.
  const std::string_view given = device.argument(profile->queue_argument);
  if (!given.empty()) {
    std::from_chars(given.data(), given.data() + given.size(), automatic);
    most = std::min(most, std::max(automatic, 1u));
  }
  const auto queues = choose_queues(device, wanted, automatic, most);
  if (!queues) return tl::unexpected(queues.error());
  // A guest may use every queue that the device is made with.
  return DeviceFacts{-1, *queues, !given.empty()};
}

// What all of them have: a port's queue is a queue of each.
base::Result<DeviceFacts> inspect_bond(const config::DeviceSpec& device,
                                       std::optional<std::uint16_t> wanted) {
  DeviceFacts common;
  for (std::size_t i = 0; i < device.members.size(); ++i) {
    const config::DeviceSpec& member = device.members[i];
    if (std::string fault = bond_fault(member); !fault.empty()) return base::failure(fault + ".");
    const auto facts = inspect(member, wanted);
    if (!facts) return tl::unexpected(facts.error());
    // What comes to a queue that nobody reads is lost.
    const bool has_more =
        i != 0 && facts->queues != common.queues && (facts->every_queue || common.every_queue);
    if (has_more) {
      return base::failure("The device `" + member.text + "` has " + std::to_string(facts->queues) +
                           " queues, and another of its bond " + std::to_string(common.queues) +
                           ": give each as many.");
    }
    if (i == 0) common = *facts;
    common.queues = std::min(common.queues, facts->queues);
    common.every_queue |= facts->every_queue;
    if (facts->node != common.node) common.node = -1;
  }
  return common;
}

}  // namespace

// A bond gives its members one MAC address.
std::string bond_fault(const config::DeviceSpec& member) {
  const Profile* profile =
      member.kind == config::DeviceKind::vdev ? find_profile_by_vdev(member.name) : nullptr;
  constexpr std::array<std::string_view, 4> kFixed{"af_xdp", "memif", "vhost", "ring"};
  if (profile == nullptr || std::ranges::find(kFixed, profile->name) == kFixed.end()) return {};
  return "`" + member.text + "` cannot be a bond's: its driver sets no MAC address";
}

base::Result<DeviceFacts> inspect(const config::DeviceSpec& device,
                                  std::optional<std::uint16_t> queues) {
  switch (device.kind) {
    case config::DeviceKind::pci:
      return inspect_pci(device, queues);
    case config::DeviceKind::interface:
      return inspect_interface(device, queues);
    case config::DeviceKind::bond:
      return inspect_bond(device, queues);
    case config::DeviceKind::vdev:
      break;
  }
  return inspect_vdev(device, queues);
}

}  // namespace stentor::dpdk
