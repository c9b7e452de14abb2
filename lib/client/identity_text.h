// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What file names say of the machine that asks for them, in the forms that boot loaders write.
// No call allocates.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "client/dhcp_message.h"

namespace stentor::client {

// Who asks.
struct Asker {
  DhcpIdentity identity;
  wire::Ipv4Address address;
};

enum class IdentityForm : std::uint8_t {
  mac_dashes,      // 88-99-aa-bb-cc-dd: PXELINUX, GRUB, the Raspberry Pi
  mac_colons,      // 88:99:aa:bb:cc:dd: iPXE's ${mac}, GRUB's $net_default_mac
  mac_digits,      // 8899aabbccdd: iPXE's ${mac:hexraw}
  uuid,            // b8945908-d6a6-41a9-611d-74a6ab80b83d, the bytes as option 97 has them
  address_dotted,  // 192.0.2.91
  address_digits,  // C000025B: PXELINUX, GRUB
};

struct IdentityWord {
  std::string_view word;  // that stands for it in a name
  IdentityForm form;
  std::size_t bytes_max;
};
inline constexpr std::array<IdentityWord, 6> kIdentityWords{{
    {"{mac}", IdentityForm::mac_dashes, 17},
    {"{mac:colons}", IdentityForm::mac_colons, 17},
    {"{mac:hex}", IdentityForm::mac_digits, 12},
    {"{uuid}", IdentityForm::uuid, 36},
    {"{ip}", IdentityForm::address_dotted, 15},
    {"{ip:hex}", IdentityForm::address_digits, 8},
}};
inline constexpr std::size_t kIdentityTextMax = 36;

// Writes the text, without anything behind it, and returns its length. `out` has room for the
// form's bytes_max.
std::size_t write_identity(IdentityForm form, const Asker& asker, std::span<char> out);

}  // namespace stentor::client
