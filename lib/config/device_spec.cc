// SPDX-License-Identifier: BSD-3-Clause
#include "config/device_spec.h"

#include <algorithm>

#include "base/hex.h"
#include "base/path.h"

namespace stentor::config {
namespace {

using Parsed = tl::expected<DeviceSpec, std::string>;

constexpr std::size_t kInterfaceNameBytesMax = 15;  // IFNAMSIZ, less the terminating zero
constexpr std::size_t kVdevNameBytesMax = 63;       // RTE_DEV_NAME_MAX_LEN, less its zero

bool is_hex(std::string_view text) {
  return text.find_first_not_of(base::kHexDigits) == std::string_view::npos;
}

// DDDD:BB:DD.F in lower-case hexadecimal digits.
bool is_pci_address(std::string_view text) {
  return text.size() == 12 && is_hex(text.substr(0, 4)) && text[4] == ':' &&
         is_hex(text.substr(5, 2)) && text[7] == ':' && is_hex(text.substr(8, 2)) &&
         text[10] == '.' && text[11] >= '0' && text[11] <= '7';
}

// What the kernel takes for a name, less what would end it among a device's arguments.
bool is_interface_name(std::string_view name) {
  return !name.empty() && name.size() <= kInterfaceNameBytesMax && name != "." && name != ".." &&
         std::ranges::all_of(
             name, [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != ':' && c != ','; });
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string in_lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = base::fold(c, base::PathCase::folded);
  return result;
}

Parsed parse_interface(std::string_view text, std::string_view name) {
  if (is_interface_name(name)) {
    return DeviceSpec{DeviceKind::interface, std::string(text), std::string(name), {}};
  }
  return tl::unexpected<std::string>(
      "an interface's name has 1 to 15 characters, none of them '/', ':', ',' or blank");
}

Parsed parse_vdev(std::string_view text, std::string_view rest) {
  const std::size_t comma = std::min(rest.find(','), rest.size());
  const std::string_view name = rest.substr(0, comma);
  rest.remove_prefix(std::min(comma + 1, rest.size()));
  if (!name.empty() && name.size() <= kVdevNameBytesMax &&
      std::ranges::all_of(name, is_word_character)) {
    return DeviceSpec{DeviceKind::vdev, std::string(text), std::string(name), std::string(rest)};
  }
  return tl::unexpected<std::string>("a driver's name has 1 to 63 letters, digits and '_'");
}

}  // namespace

Parsed DeviceSpec::parse(std::string_view text) {
  constexpr std::string_view kInterface = "interface:";
  constexpr std::string_view kVdev = "vdev:";
  constexpr std::string_view kFirstDomain = "0000:";
  if (text.starts_with(kInterface)) return parse_interface(text, text.substr(kInterface.size()));
  if (text.starts_with(kVdev)) return parse_vdev(text, text.substr(kVdev.size()));
  std::string address = in_lower_case(text);
  if (address.size() == std::string_view("BB:DD.F").size()) address.insert(0, kFirstDomain);
  if (is_pci_address(address)) return DeviceSpec{DeviceKind::pci, std::string(text), address, {}};
  const bool resembles_interface =
      is_interface_name(text) && text.find('=') == std::string_view::npos;
  return tl::unexpected(resembles_interface
                            ? "for a network interface, write interface:" + std::string(text)
                            : std::string());
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

}  // namespace stentor::config
