// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Names for the processor architectures of PXE clients (DHCP option 93, RFC 4578 section 2.1), from
// IANA's registry "Processor Architecture Types".

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace stentor::config {

struct Architecture {
  std::string_view name;
  std::uint16_t code;
};

// One name may stand for several codes: each has its row. "efi-x64" is 7 and 9, because firmware
// was built from RFC 4578's text and from its erratum.
std::span<const Architecture> architectures();

// The codes of a name; empty if there is none.
std::vector<std::uint16_t> find_architecture(std::string_view name);

}  // namespace stentor::config
