// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"

#include <fmt/format.h>

#include "config/advice.h"
#include "config/parse.h"
#include "control/tls_identity.h"
#include "dpdk/device_facts.h"
#include "dpdk/profile.h"
#include "file_advice.h"
#include "interface_facts.h"

namespace stentor {

namespace {

// What can be said of a device without opening it.
std::string device_fault(const config::DeviceSpec& device) {
  if (device.kind == config::DeviceKind::bond) {
    for (const config::DeviceSpec& member : device.members) {
      std::string fault = device_fault(member);
      if (fault.empty()) fault = dpdk::bond_fault(member);
      if (!fault.empty()) return fault;
    }
  }
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
  if (const auto sound = control::check_identity(settings->control); !sound) {
    fmt::print(stderr, "{}: {}\n", path, sound.error().sentence);
    return 1;
  }
  for (const std::string& sentence : config::advice(*settings)) {
    fmt::print("{}: warning: {}\n", path, sentence);
  }
  for (const std::string& sentence : file_advice(*settings)) {
    fmt::print("{}: warning: {}\n", path, sentence);
  }
  fmt::print("{}: no errors\n", path);
  return 0;
}

}  // namespace stentor
