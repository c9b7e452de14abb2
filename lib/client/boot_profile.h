// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The boot firmware of the field, as far as servers can tell it apart: what each asks by DHCP and
// how it fetches by TFTP. Sources: PXE 2.1, RFC 4578, and the behaviour that FEATURES.md collects.

#include <array>
#include <chrono>
#include <string_view>

#include "client/dhcp_client.h"
#include "client/tftp_client.h"

namespace stentor::client {

struct BootProfile {
  std::string_view name;
  DhcpProfile dhcp;
  TftpProfile tftp;
};

// A network card's BIOS ROM: size first, then the file in lock-step, the largest unfragmented
// block.
inline constexpr BootProfile kBiosRom = {
    .name = "bios-rom",
    .dhcp = {.vendor_class = "PXEClient:Arch:00000:UNDI:002001", .wants_broadcast = true},
    .tftp = {.blksize = 1456, .probes_size = true},
};

// EDK2's UEFI PXE: option 93 x64, four blocks a window, one ACK for each block out of order.
inline constexpr BootProfile kEdk2 = {
    .name = "edk2",
    .dhcp = {.vendor_class = "PXEClient:Arch:00007:UNDI:003016",
             .architecture = 7,
             .wants_broadcast = true},
    .tftp = {.blksize = 1468, .windowsize = 4, .probes_size = true, .acks_each_bad_block = true},
};

// iPXE: lock-step, quick to ask again.
inline constexpr BootProfile kIpxe = {
    .name = "ipxe",
    .dhcp = {.vendor_class = "PXEClient:Arch:00000:UNDI:002001",
             .user_class = "iPXE",
             .sends_client_id = true,
             .retries_max = 4,
             .retry_first = std::chrono::seconds{1},
             .retry_max = std::chrono::seconds{10}},
    .tftp = {.blksize = 1432,
             .asks_tsize = true,
             .retries_max = 8,
             .retry_first = std::chrono::milliseconds{250},
             .retry_max = std::chrono::seconds{10}},
};

// GRUB: hears no DATA before an OACK, and an OACK at any time sends it back to block 0.
inline constexpr BootProfile kGrub = {
    .name = "grub",
    .dhcp = {.vendor_class = "PXEClient:Arch:00007:UNDI:003016", .architecture = 7},
    .tftp = {.blksize = 1024,
             .asks_tsize = true,
             .requires_oack = true,
             .oack_restarts = true,
             .retry_first = std::chrono::seconds{2},
             .retry_max = std::chrono::seconds{16}},
};

// PXELINUX: 1,408 bytes a block, its first retry after two ticks of 55 ms.
inline constexpr BootProfile kPxelinux = {
    .name = "pxelinux",
    .dhcp = {.vendor_class = "PXEClient:Arch:00000:UNDI:002001"},
    .tftp = {.blksize = 1408,
             .asks_tsize = true,
             .retries_max = 12,
             .retry_first = std::chrono::milliseconds{110},
             .retry_max = std::chrono::seconds{14}},
};

// bootmgr and WinPE's RAM disk: what the BCD says (RamdiskTFTPBlockSize, -WindowSize), here the
// largest block without fragments and the window of sixteen that deployments settle on.
inline constexpr BootProfile kWinpe = {
    .name = "winpe",
    .dhcp = {.vendor_class = "PXEClient:Arch:00007:UNDI:003016", .architecture = 7},
    .tftp = {.blksize = 1456,
             .windowsize = 16,
             .asks_tsize = true,
             .retries_max = 8,
             .retry_first = std::chrono::seconds{1},
             .retry_max = std::chrono::seconds{8}},
};

inline constexpr std::array kBootProfiles = {kBiosRom, kEdk2, kIpxe, kGrub, kPxelinux, kWinpe};

}  // namespace stentor::client
