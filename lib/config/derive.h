// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The configuration that `stentord --interface IF --images DIR [--pool A-B]` stands for, as the
// text of a stentor.yaml: it is printed, and then parsed like any other.

#include <optional>
#include <string>

#include "base/error.h"
#include "wire/address.h"

namespace stentor::config {

struct InterfaceFacts {
  std::string name;
  wire::Ipv4Prefix address;
  std::optional<wire::Ipv4Address> gateway;
  unsigned mtu = 1500;
};

// Without a pool: ProxyDHCP. With one ("10.0.0.10-10.0.0.99"): a DHCP server. The boot rules name
// the boot files found in `images` by their usual names (undionly.kpxe, snponly.efi, boot.ipxe,
// ...).
base::Result<std::string> derive_config(const InterfaceFacts& interface, const std::string& images,
                                        const std::optional<std::string>& pool);

}  // namespace stentor::config
