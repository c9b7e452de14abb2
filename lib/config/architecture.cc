// SPDX-License-Identifier: BSD-3-Clause
#include "config/architecture.h"

#include <array>

namespace stentor::config {
namespace {

constexpr std::array kArchitectures{
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

}  // namespace

std::span<const Architecture> architectures() { return kArchitectures; }

std::vector<std::uint16_t> find_architecture(std::string_view name) {
  std::vector<std::uint16_t> codes;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.name == name) codes.push_back(architecture.code);
  }
  return codes;
}

}  // namespace stentor::config
