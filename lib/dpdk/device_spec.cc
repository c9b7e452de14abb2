// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/device_spec.h"

#include <algorithm>
#include <cctype>
#include <net/if.h>

#include "dpdk/profile.h"

namespace stentor::dpdk {

namespace {

constexpr std::size_t kVdevNameBytesMax = 63;  // RTE_DEV_NAME_MAX_LEN, with its zero
constexpr std::size_t kVdevArgumentBytesMax = 4096;

base::Result<DeviceSpec> wrong(std::string_view text, const std::string& why) {
  return base::failure("The device `" + std::string(text) + "` " + why +
                       "; a device is a PCI address (0000:3b:00.0), interface:NAME or "
                       "vdev:NAME,ARGUMENTS.");
}

bool is_hex(std::string_view text, std::size_t length) {
  return text.size() == length && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isxdigit(c) != 0;
         });
}

// DDDD:BB:DD.F in hexadecimal digits.
bool is_pci_address(std::string_view text) {
  return text.size() == 12 && is_hex(text.substr(0, 4), 4) && text[4] == ':' &&
         is_hex(text.substr(5, 2), 2) && text[7] == ':' && is_hex(text.substr(8, 2), 2) &&
         text[10] == '.' && text[11] >= '0' && text[11] <= '7';
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

base::Result<DeviceSpec> parse_interface(std::string_view text, std::string_view name) {
  const bool sound = !name.empty() && name.size() < IFNAMSIZ &&
                     std::all_of(name.begin(), name.end(), [](unsigned char c) {
                       return std::isgraph(c) != 0 && c != '/' && c != ',' && c != ':';
                     });
  if (!sound) return wrong(text, "names no interface (1 to 15 characters)");
  return DeviceSpec{DeviceKind::interface, std::string(text), std::string(name), {}};
}

base::Result<DeviceSpec> parse_vdev(std::string_view text, std::string_view rest) {
  const std::size_t comma = rest.find(',');
  const std::string_view name = rest.substr(0, comma);
  const std::string_view arguments =
      comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  if (name.empty() || name.size() > kVdevNameBytesMax || arguments.size() > kVdevArgumentBytesMax) {
    return wrong(text, "has no name, or too long a one");
  }
  if (find_profile_by_vdev(name) == nullptr) {
    return wrong(text, "is of no family that this build links (" + vdev_names() + ")");
  }
  return DeviceSpec{DeviceKind::vdev, std::string(text), std::string(name), std::string(arguments)};
}

}  // namespace

base::Result<DeviceSpec> DeviceSpec::parse(std::string_view text) {
  constexpr std::string_view kInterface = "interface:";
  constexpr std::string_view kVdev = "vdev:";
  if (text.starts_with(kInterface)) return parse_interface(text, text.substr(kInterface.size()));
  if (text.starts_with(kVdev)) return parse_vdev(text, text.substr(kVdev.size()));
  std::string address = lower(text);
  if (address.size() == 7) address = "0000:" + address;
  if (!is_pci_address(address)) return wrong(text, "is not a device");
  return DeviceSpec{DeviceKind::pci, std::string(text), address, {}};
}

std::string_view DeviceSpec::argument(std::string_view key) const {
  std::string_view rest = arguments;
  while (!rest.empty()) {
    const std::size_t end = rest.find(',');
    const std::string_view word = rest.substr(0, end);
    if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=') {
      return word.substr(key.size() + 1);
    }
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return {};
}

}  // namespace stentor::dpdk
