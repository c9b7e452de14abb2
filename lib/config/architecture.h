// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Names for the processor architectures of PXE clients (DHCP option 93, RFC 4578 section 2.1), from
// IANA's registry "Processor Architecture Types".

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace stentor::config {

struct Architecture {
  std::string_view name;
  std::uint16_t code;
};

// By code, from 0 on. One name may stand for several codes: "efi-x64" is 7 and 9, because firmware
// was built from RFC 4578's text and from its erratum.
inline constexpr std::array kArchitectures{
    Architecture{"bios", 0},
    Architecture{"nec-pc98", 1},
    Architecture{"itanium", 2},
    Architecture{"dec-alpha", 3},
    Architecture{"arc-x86", 4},
    Architecture{"intel-lean-client", 5},
    Architecture{"efi-ia32", 6},
    Architecture{"efi-x64", 7},
    Architecture{"efi-xscale", 8},
    Architecture{"efi-x64", 9},
    Architecture{"efi-arm32", 10},
    Architecture{"efi-arm64", 11},
    Architecture{"ppc-open-firmware", 12},
    Architecture{"ppc-epapr", 13},
    Architecture{"power-opal", 14},
    Architecture{"efi-ia32-http", 15},
    Architecture{"efi-x64-http", 16},
    Architecture{"efi-bc-http", 17},
    Architecture{"efi-arm32-http", 18},
    Architecture{"efi-arm64-http", 19},
    Architecture{"bios-http", 20},
    Architecture{"uboot-arm32", 21},
    Architecture{"uboot-arm64", 22},
    Architecture{"uboot-arm32-http", 23},
    Architecture{"uboot-arm64-http", 24},
    Architecture{"efi-riscv32", 25},
    Architecture{"efi-riscv32-http", 26},
    Architecture{"efi-riscv64", 27},
    Architecture{"efi-riscv64-http", 28},
    Architecture{"efi-riscv128", 29},
    Architecture{"efi-riscv128-http", 30},
    Architecture{"s390-basic", 31},
    Architecture{"s390-extended", 32},
    Architecture{"efi-mips32", 33},
    Architecture{"efi-mips64", 34},
    Architecture{"efi-sunway32", 35},
    Architecture{"efi-sunway64", 36},
    Architecture{"efi-loongarch32", 37},
    Architecture{"efi-loongarch32-http", 38},
    Architecture{"efi-loongarch64", 39},
    Architecture{"efi-loongarch64-http", 40},
    Architecture{"rpiboot", 41},
};

std::span<const Architecture> architectures();

// The codes of a name; empty if there is none.
std::vector<std::uint16_t> find_architecture(std::string_view name);

}  // namespace stentor::config
