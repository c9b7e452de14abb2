// SPDX-License-Identifier: BSD-3-Clause
#include "client/pxelinux_config.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::client {
namespace {

constexpr std::uint8_t kUuid = 0;
constexpr std::uint8_t kMac = 1;
constexpr std::uint8_t kAddress = 2;  // with all of its digits
constexpr std::uint8_t kDefault = kPxelinuxNames - 1;
constexpr std::string_view kEthernet = "01-";  // RFC 1700's hardware type
constexpr std::string_view kDefaultName = "default";

bool has_uuid(const DhcpIdentity& identity) {
  return std::ranges::any_of(identity.uuid, [](std::uint8_t byte) { return byte != 0; });
}

std::size_t put(std::string_view text, std::span<char> out) {
  std::ranges::copy(text, out.begin());
  return text.size();
}

}  // namespace

std::size_t write_pxelinux_name(std::uint8_t index, const Asker& asker, std::span<char> out) {
  CHECK(index < kPxelinuxNames && out.size() >= kPxelinuxNameMax);
  if (index == kUuid && !has_uuid(asker.identity)) return 0;
  const std::size_t folder = put(kPxelinuxFolder, out);
  const std::span<char> rest = out.subspan(folder);
  switch (index) {
    case kUuid:
      return folder + write_identity(IdentityForm::uuid, asker, rest);
    case kMac: {
      const std::size_t type = put(kEthernet, rest);
      return folder + type + write_identity(IdentityForm::mac_dashes, asker, rest.subspan(type));
    }
    case kDefault:
      return folder + put(kDefaultName, rest);
    default: {
      const std::size_t digits = write_identity(IdentityForm::address_digits, asker, rest);
      return folder + digits - (index - kAddress);
    }
  }
}

// A backslash too: PXELINUX takes either.
std::string_view folder_of(std::string_view boot_file) {
  const std::size_t slash = boot_file.find_last_of("/\\");
  return slash == std::string_view::npos ? std::string_view() : boot_file.substr(0, slash + 1);
}

}  // namespace stentor::client
