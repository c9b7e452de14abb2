// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the kernel calls an interface, whichever of its names it was asked for by: an interface has
// one name, and any number of alternative ones of up to 127 bytes (ip-link(8), altname). The kernel
// takes them all for a question, and has the one in every table. Control thread.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "wire/address.h"

namespace stentor::dpdk {

struct InterfaceLink {
  unsigned index = 0;
  std::string name;        // the one
  unsigned type = 0;       // ARPHRD_..., netdevice(7)
  unsigned mtu = 0;        // the kernel's, however long
  wire::MacAddress mac{};  // zero where there is none of 6 bytes
};

// Errors: there is no interface of this name.
base::Result<InterfaceLink> find_interface(const std::string& name);

}  // namespace stentor::dpdk
