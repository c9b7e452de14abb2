// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"

#include <fmt/format.h>
#include <set>

#include "base/path.h"
#include "config/advice.h"
#include "config/parse.h"
#include "dpdk/profile.h"
#include "image/tree.h"
#include "interface_facts.h"

namespace stentor {

namespace {

bool is_own_address(const config::Settings& settings, wire::Ipv4Address address) {
  for (const config::Port& port : settings.ports) {
    for (const config::Network& network : port.networks) {
      if (network.address.address == address) return true;
    }
  }
  return false;
}

// Boot files of ours that are not under the root: the images may come later, so these are warnings.
std::set<std::string> missing_boot_files(const config::Settings& settings) {
  std::set<std::string> missing;
  const auto tree = image::Tree::open(settings.images.root);
  const auto look = [&](const config::BootTarget& target) {
    if (target.server && !is_own_address(settings, *target.server)) return;
    base::PathBuffer buffer;
    const auto file = base::normalised_path(target.file, buffer);
    // As the loader opens it: a link that leads out of the root serves nothing.
    if (!tree || !file || !tree->open_file(std::string(*file))) missing.insert(target.file);
  };
  for (const config::BootRule& rule : settings.boot_rules) look(rule.target);
  for (const config::Subnet& subnet : settings.dhcp.subnets) {
    for (const config::Reservation& reservation : subnet.reservations) {
      if (reservation.boot) look(*reservation.boot);
    }
  }
  return missing;
}

// What can be said of a device without opening it.
std::string device_fault(const config::DeviceSpec& device) {
  if (device.kind != config::DeviceKind::vdev) return {};
  if (dpdk::find_profile_by_vdev(device.name) != nullptr) return {};
  return fmt::format("{} is no virtual device of this build; it has {}", device.name,
                     dpdk::vdev_names());
}

}  // namespace

int check_config(const std::string& path) {
  const auto settings = config::load_settings(path, device_fault);
  if (!settings) {
    for (const config::Diagnostic& diagnostic : settings.error()) {
      fmt::print(stderr, "{}\n", diagnostic.text());
    }
    return 1;
  }
  if (const auto shared = find_shared_interface(*settings)) {
    fmt::print(stderr, "{}: {}\n", path, *shared);
    return 1;
  }
  for (const std::string& sentence : config::advice(*settings)) {
    fmt::print("{}: warning: {}\n", path, sentence);
  }
  for (const std::string& file : missing_boot_files(*settings)) {
    fmt::print(
        "{}: warning: boot file '{}' is not under {}; machines that are sent to it will not "
        "boot\n",
        path, file, settings->images.root);
  }
  fmt::print("{}: no errors\n", path);
  return 0;
}

}  // namespace stentor
