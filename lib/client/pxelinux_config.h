// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The names under which PXELINUX looks for its configuration, one behind the other until a file is
// there: its UUID, its hardware type and address, its IP address in eight digits and then one
// fewer each time, "default". All stand in pxelinux.cfg/, beside PXELINUX itself.
// Source: "PXELINUX" of the Syslinux documentation, "Configuration filename". No call allocates.

#include "client/identity_text.h"

namespace stentor::client {

inline constexpr std::string_view kPxelinuxFolder = "pxelinux.cfg/";
inline constexpr std::uint8_t kPxelinuxNames = 11;  // 1 + 1 + 8 + 1
inline constexpr std::size_t kPxelinuxNameMax = kPxelinuxFolder.size() + kIdentityTextMax;

// Writes name `index`, from 0 to kPxelinuxNames - 1, and returns its length; 0: this machine asks
// for none here, for want of a UUID (all zeros). `out` has room for kPxelinuxNameMax.
std::size_t write_pxelinux_name(std::uint8_t index, const Asker& asker, std::span<char> out);

// The folder that a boot file is in, with the slash at its end; empty: in none.
[[nodiscard]] std::string_view folder_of(std::string_view boot_file);

}  // namespace stentor::client
