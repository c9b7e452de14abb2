// SPDX-License-Identifier: BSD-3-Clause
#include "config/ipxe_feature.h"

#include <algorithm>
#include <array>

namespace stentor::config {
namespace {

constexpr std::array kFeatures{
    IpxeFeature{"pxe-ext", 16},   IpxeFeature{"iscsi", 17}, IpxeFeature{"aoe", 18},
    IpxeFeature{"http", 19},      IpxeFeature{"https", 20}, IpxeFeature{"tftp", 21},
    IpxeFeature{"ftp", 22},       IpxeFeature{"dns", 23},   IpxeFeature{"bzimage", 24},
    IpxeFeature{"multiboot", 25}, IpxeFeature{"slam", 26},  IpxeFeature{"srp", 27},
    IpxeFeature{"nbi", 32},       IpxeFeature{"pxe", 33},   IpxeFeature{"elf", 34},
    IpxeFeature{"comboot", 35},   IpxeFeature{"efi", 36},   IpxeFeature{"fcoe", 37},
    IpxeFeature{"vlan", 38},      IpxeFeature{"menu", 39},  IpxeFeature{"sdi", 40},
    IpxeFeature{"nfs", 41},
};

}  // namespace

std::span<const IpxeFeature> ipxe_features() { return kFeatures; }

std::optional<std::uint8_t> find_ipxe_feature(std::string_view name) {
  const auto* found = std::ranges::find(kFeatures, name, &IpxeFeature::name);
  if (found == kFeatures.end()) return std::nullopt;
  return found->code;
}

}  // namespace stentor::config
